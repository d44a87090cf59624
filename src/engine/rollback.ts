import { CopyMethod, RollbackPolicy } from "../intent";
import type { EventSink, RollbackOutcome } from "../report/events";
import { abortCopy } from "./abort";
import type { BlobProperties, DestinationBlob } from "./blob-store";
import type { Clock } from "./clock";
import type { JournalEntry } from "./journal";
import { comesFrom, findRestorePoints, isUnfinishedBy, removeRestorePoint } from "./restore-point";
import { sameSource } from "./same-source";
import { restore } from "./restore";
import { patiently } from "./patiently";
import { ServiceError } from "./service-error";

export interface RollbackRequest {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly leaseId: string | undefined;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly why: string;
}

export interface RollbackResult {
  readonly outcome: RollbackOutcome;
  readonly detail: string;
}

/**
 * Undoes one copy: abort first, then put the destination back as the journal entry says it was, then remove the restore
 * point. What somebody else has changed since is left alone. Never rejects: what could not be done is the result's detail.
 */
export async function rollback(request: RollbackRequest): Promise<RollbackResult> {
  const { destination, emit } = request;
  const result = await undo(request).catch((error: unknown): RollbackResult => {
    const reason = error instanceof ServiceError ? `${error.operation} was answered ${error.status} ${error.code}: ${error.message}` : String(error);
    return { outcome: "incomplete", detail: `${reason}.${adviceFor(request)}` };
  });
  emit({ type: "rollback-finished", destination: destination.url, outcome: result.outcome, detail: result.detail });
  return result;
}

async function undo(request: RollbackRequest): Promise<RollbackResult> {
  const { entry, destination, clock, emit } = request;
  if (!entry.touched) return finish(request, { outcome: "untouched", detail: "the destination was not touched" });

  if (entry.method === CopyMethod.COPY_BLOB) await abortOurs(request);
  emit({ type: "rollback-started", destination: destination.url, why: request.why });
  const now = await patiently(clock, () => destination.getProperties(leaseOf(request)));
  if (entry.rollback === RollbackPolicy.ABORT_ONLY) return finish(request, abortedOnly(now));
  if (now === undefined) {
    if (entry.before.exists) return finish(request, { outcome: "left-alone", detail: "somebody deleted the destination meanwhile" });
    await discardUncommittedBlocks(request);
    return finish(request, { outcome: "removed", detail: "the destination is absent, as before" });
  }
  if (now.etag === entry.before.etag) return finish(request, { outcome: "untouched", detail: "the destination is as it was" });
  if (!isOurs(now, entry)) return finish(request, notOurs(now, entry));
  if (!entry.before.exists) return removeLeftover(request, now);
  if (entry.before.restorePoint === undefined) {
    return { outcome: "incomplete", detail: `the destination holds what the copy left (${now.length} bytes), and there is no restore point` };
  }
  const restored = await restore({ ...request, now, snapshot: entry.before.restorePoint });
  return restored ? finish(request, { outcome: "restored", detail: "the destination is as it was before" }) : finish(request, changedMeanwhile());
}

/** Abort Copy Blob on the copy that this run started, also when its id has to be found first. */
async function abortOurs(request: RollbackRequest): Promise<void> {
  const { entry, destination, clock, emit } = request;
  const copyId = entry.copyId ?? (await findOurCopy(request));
  if (copyId === undefined) return;
  const ended = await abortCopy({ destination, copyId, leaseId: request.leaseId, clock });
  if (ended === "aborted") emit({ type: "copy-aborted", destination: destination.url, copyId });
}

/**
 * A start whose answer was lost can still be on its way, so the destination is watched for a while. Only a copy from our
 * source that was not there before can be ours.
 */
async function findOurCopy({ entry, destination, clock, leaseId }: RollbackRequest): Promise<string | undefined> {
  const giveUpAt = clock.now() + 5_000;
  for (;;) {
    const now = await patiently(clock, () => destination.getProperties(leaseId === undefined ? {} : { leaseId }));
    if (now?.copy !== undefined && now.copy.id !== entry.before.copyId && sameSource(now.copy.source, entry.source)) return now.copy.id;
    if (clock.now() >= giveUpAt) return undefined;
    await clock.sleep(250);
  }
}

function isOurs(now: BlobProperties, entry: JournalEntry): boolean {
  if (entry.etag === now.etag || comesFrom(now.copy, entry.before.restorePoint) || isUnfinishedBy(entry.owner, now.metadata)) return true;
  if (now.copy === undefined) return false;
  if (entry.copyId !== undefined) return now.copy.id === entry.copyId;
  return now.copy.id !== entry.before.copyId && sameSource(now.copy.source, entry.source);
}

function notOurs(now: BlobProperties, entry: JournalEntry): RollbackResult {
  const atomic = entry.method === CopyMethod.PUT_BLOB_FROM_URL || entry.method === CopyMethod.PUT_BLOCK_FROM_URL;
  if (atomic && entry.etag === undefined) {
    return { outcome: "left-alone", detail: `the destination was written meanwhile (${now.length} bytes): the copy had completed, or somebody else wrote it` };
  }
  return changedMeanwhile();
}

function changedMeanwhile(): RollbackResult {
  return { outcome: "left-alone", detail: "somebody else changed the destination meanwhile" };
}

function abortedOnly(now: BlobProperties | undefined): RollbackResult {
  const state = now === undefined ? "is absent" : `has ${now.length} bytes`;
  return { outcome: "aborted", detail: `as RollbackPolicy.ABORT_ONLY asks, nothing was restored; the destination ${state}` };
}

/** Delete Blob, only in the state that was looked at. */
async function removeLeftover(request: RollbackRequest, now: BlobProperties): Promise<RollbackResult> {
  try {
    await patiently(request.clock, () => request.destination.deleteBlob({ ifMatch: now.etag, ...leaseOf(request) }));
  } catch (error) {
    if (error instanceof ServiceError && (error.status === 412 || error.status === 409)) return changedMeanwhile();
    throw error;
  }
  return finish(request, { outcome: "removed", detail: "the destination is absent, as before" });
}

/** Uncommitted blocks on a name that holds no blob are dropped by committing nothing to it and deleting that. */
async function discardUncommittedBlocks(request: RollbackRequest): Promise<void> {
  if (request.entry.method !== CopyMethod.PUT_BLOCK_FROM_URL) return;
  try {
    const empty = await request.destination.putBlockList([], { destinationConditions: { ifNoneMatch: "*" }, ...leaseOf(request) });
    await request.destination.deleteBlob({ ifMatch: empty.etag, ...leaseOf(request) });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
  }
}

/** Removes the restore point, and any that an earlier run left, once the destination is settled. */
async function finish(request: RollbackRequest, result: RollbackResult): Promise<RollbackResult> {
  const { entry, destination, clock } = request;
  if (entry.before.restorePoint === undefined) return result;
  if (await removeRestorePoint(destination, entry.before.restorePoint, clock)) return result;
  const left = await findRestorePoints(destination).catch(() => []);
  if (!left.some((point) => point.snapshot === entry.before.restorePoint)) return result;
  return { ...result, detail: `${result.detail}; its restore point, snapshot ${entry.before.restorePoint}, could not be deleted: the next deploy does it` };
}

function adviceFor({ entry }: RollbackRequest): string {
  const copy = entry.copyId === undefined ? "" : ` If copy ${entry.copyId} is still pending, abort it.`;
  const point = entry.before.restorePoint === undefined ? "" : ` The old content is in snapshot ${entry.before.restorePoint}.`;
  return `${copy}${point} The next deploy goes on from here.`;
}

function leaseOf({ leaseId }: RollbackRequest): { readonly leaseId?: string } {
  return leaseId === undefined ? {} : { leaseId };
}
