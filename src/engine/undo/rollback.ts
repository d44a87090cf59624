import { defined } from "../../util/defined";
import { methodName } from "../../util/method-name";
import { addsSnapshot, isAsynchronous, RollbackPolicy } from "../../intent";
import { showsCopy, switchesOver } from "../methods/run/traits";
import type { EventSink } from "../ports/events";
import { abortCopy } from "./abort";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { Before, JournalEntry } from "../ports/journal";
import { isOurs, isPerhapsOurs, isRestoreOf, isWrittenInto, mayBeOurLast } from "../recovery/ownership";
import { isUnfinishedBy, withoutMarks } from "../recovery/marks";
import { claimLastWrite } from "../recovery/last-write";
import { liftProtection } from "../recovery/protection";
import { findRestorePoints, removeRestorePoint, withTwins } from "../recovery/restore-point";
import { type Found, findOurCopy, type KnownCopy, type Start } from "./find-our-copy";
import { discardUncommittedBlocks, removeLeftover } from "./leftover";
import { restore } from "./restore";
import { absentNow, abortedOnly, changedMeanwhile, perhapsOurs, type RollbackResult } from "./rollback-result";
import { takeFromChain } from "./take-from-chain";
import { retryForRollback } from "./retry-for-rollback";
import { haveSameEntries } from "../../util/same/same-texts";
import { isConflict, isForbidden, isUnknownOperation } from "../../failure/service-codes";
import { reason } from "../../failure/explain";
import { ServiceError } from "../../failure/service-error";

export interface RollbackRequest {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly why: string;
  /** Notes the steps of the rollback itself, so that another process can continue it. */
  readonly note?: (change: Partial<JournalEntry>) => void | Promise<void>;
  /** The start of the copy, if this process sent it. */
  readonly start?: Start;
}

/** Number of tries to remove our mark while other clients write the blob. */
const MAX_WRITERS = 5;

const GOES_ON = "it is being rehydrated, which takes hours and continues by itself; the next deploy waits for it";

/**
 * Undoes one copy: aborts it, restores the destination to the state in the journal entry, and then
 * removes the restore point. A destination that another client has changed since then is left
 * alone. Never rejects: the result's detail says what could not be done.
 */
export async function rollback(request: RollbackRequest): Promise<RollbackResult> {
  const { destination, emit } = request;
  const known: KnownCopy = { copyId: request.entry.copyId };
  const insistent = { ...request, destination: destination.byAnyCredential() };
  const result = await undo(insistent, known).catch((error: unknown): RollbackResult => {
    const why = error instanceof ServiceError ? reason(error) : String(error);
    return { outcome: "incomplete", detail: `${why}.${adviceFor(request, known)}` };
  });
  emit({ type: "rollback-finished", destination: destination.url, outcome: result.outcome, detail: result.detail });
  return result;
}

async function undo(asked: RollbackRequest, known: KnownCopy): Promise<RollbackResult> {
  const { destination, clock, note = () => undefined } = asked;
  const entry = await retryForRollback(clock, () => claimLastWrite({ entry: asked.entry, destination, clock, note }));
  const request = { ...asked, entry };
  if (entry.settled === true) return finish(request, { outcome: "untouched", detail: "the copy had been completed" });
  if (!entry.touched) return finish(request, { outcome: "untouched", detail: "the destination was not touched" });
  if (entry.isRehydrating === true) return { outcome: "goes-on", detail: GOES_ON };
  if (!isAsynchronous(entry.method) || entry.restoreCopyId !== undefined) return putBack(request);

  const ours = await abortOurs(request, known);
  if (ours === "unanswered")
    return {
      outcome: "incomplete",
      detail: `${methodName(entry.method)} was not answered, so it can still take effect.${adviceFor(request, known)}`,
    };
  const { copyId } = ours;
  const found = copyId === undefined ? request : { ...request, entry: { ...entry, copyId } };
  return addsSnapshot(entry.method) ? takeFromChain(found) : putBack(found);
}

/** Replaces what the copy left at the destination with what was there before. */
async function putBack(request: RollbackRequest): Promise<RollbackResult> {
  const { entry, destination, clock, emit } = request;
  emit({ type: "rollback-started", destination: destination.url, why: request.why });
  const now = await retryForRollback(clock, (signal) => destination.getProperties({ signal }));
  // Under ABORT_ONLY a restore point comes from an earlier run, which took it in order to restore.
  if (entry.rollback === RollbackPolicy.ABORT_ONLY && entry.before.restorePoint === undefined) return finish(request, abortedOnly(now));
  if (now === undefined) {
    if (entry.before.exists) return finish(request, absentNow(entry.before));
    return finish(request, await discardUncommittedBlocks(request));
  }
  if (now.etag === entry.before.etag) return finish(request, { outcome: "untouched", detail: "the destination is as it was" });
  if ((entry.isWrittenInto === true || isWrittenInto(now, entry)) && !isOurs(now, entry)) return leaveToThem(request, now);
  if (!isOurs(now, entry) && !(await isTaggedAsUnfinished(request, now)))
    return isPerhapsOurs(now, entry) ? perhapsOurs(entry, now) : notOurs(request, now);
  if (entry.isProtected === true) await retryForRollback(clock, (signal) => liftProtection(destination, now.shown, signal));
  if (!entry.before.exists) return finish(request, await removeLeftover(request, now));
  if (entry.before.restorePoint === undefined) {
    if (entry.complete ?? isWholeByItself(now, entry)) return finish(request, completed(now));
    return {
      outcome: "incomplete",
      detail: `the destination holds what the copy left (${now.length} bytes), and there is no restore point`,
    };
  }
  const tags = await tagsOfOthers(request, now);
  const before = { ...entry.before, ...defined({ tags }) };
  // A process that continues this rollback no longer finds these tags on the destination.
  if (tags !== undefined) await request.note?.({ before });
  const restored = await restore({ ...request, entry: { ...entry, before }, now, snapshot: entry.before.restorePoint });
  const detail = `the destination is as it was before${tags === undefined ? "" : ", with the tags that another client has set since then"}`;
  return finish(request, restored ? { outcome: "restored", detail } : changedMeanwhile());
}

/**
 * Get Blob Tags, on the copied blob. Tags other than those of the copy were set by another client.
 * Setting tags does not change the ETag, so nothing else shows it.
 */
async function tagsOfOthers({ entry, destination, clock }: RollbackRequest, now: BlobProperties): Promise<Before["tags"]> {
  if (entry.tags === undefined || now.tagCount === 0 || isRestoreOf(entry, now.copy)) return undefined;
  const tags = await retryForRollback(clock, (signal) => destination.getTags({ signal })).catch((error: unknown) => {
    if (isForbidden(error) || isUnknownOperation(error)) return undefined;
    throw error;
  });
  return tags === undefined || haveSameEntries(tags, entry.tags) ? undefined : tags;
}

/** Abort Copy Blob on the copy that this run started, even if its id has to be found first. */
async function abortOurs(request: RollbackRequest, known: KnownCopy): Promise<Found> {
  const { destination, clock, emit } = request;
  const found = known.copyId === undefined ? await findOurCopy(request) : known;
  if (found === "unanswered" || found.copyId === undefined) return found;
  const { copyId } = found;
  known.copyId = copyId;
  const ended = await abortCopy({ destination, copyId, clock });
  if (ended === "aborted") emit({ type: "copy-aborted", destination: destination.url, copyId });
  return found;
}

/**
 * Get Blob Tags. A blob's only tag may be our mark of an unfinished copy, whatever the metadata
 * says.
 */
async function isTaggedAsUnfinished({ entry, destination, clock }: RollbackRequest, now: BlobProperties): Promise<boolean> {
  if (now.tagCount !== 1) return false;
  return isUnfinishedBy(entry.owner, {}, await retryForRollback(clock, (signal) => destination.getTags({ signal })));
}

async function notOurs(request: RollbackRequest, now: BlobProperties): Promise<RollbackResult> {
  const { entry } = request;
  const mayBeOurs = switchesOver(entry.method) && !showsCopy(entry.method);
  const isLast = mayBeOurLast(now, entry);
  if (!isLast && (!mayBeOurs || entry.etag !== undefined || entry.isMarked === true)) return finish(request, changedMeanwhile());
  const detail = `the destination was written meanwhile (${now.length} bytes): the copy had completed, or another client wrote it`;
  if ((isLast || entry.isMarked === false) && entry.before.restorePoint !== undefined) {
    await request.note?.({ isWrittenInto: true, isLeftToThem: true });
    return { outcome: "incomplete", detail: `${detail}.${adviceFor(request)}` };
  }
  return finish(request, { outcome: "left-alone", detail });
}

/**
 * Another client has written into a blob that carries our mark, so the blob now belongs to that
 * client. The mark is removed. The restore point keeps the content from before the copy, since the
 * current content can be a mixture of both writers.
 */
async function leaveToThem(request: RollbackRequest, found: BlobProperties): Promise<RollbackResult> {
  const { entry } = request;
  await request.note?.({ isWrittenInto: true });
  if (!(await takeMarkOff(request, found)) && entry.isLeftToThem !== true) return finish(request, changedMeanwhile());
  await request.note?.({ isLeftToThem: true });
  const detail = "another client has written into it while it was copied, and its content is left as it is";
  if (entry.before.restorePoint === undefined) return finish(request, { outcome: "left-alone", detail, isLeftToThem: true });
  return { outcome: "incomplete", detail: `${detail}.${adviceFor(request)}` };
}

/**
 * Set Blob Metadata, and Set Blob Tags if a tag is the mark. Returns false if there was no mark,
 * because the other client has replaced the blob.
 */
async function takeMarkOff(request: RollbackRequest, found: BlobProperties): Promise<boolean> {
  const { entry, destination, clock } = request;
  const isTagged = await isTaggedAsUnfinished(request, found);
  if (isTagged) await retryForRollback(clock, (signal) => destination.setTags({}, { ifMatch: found.etag, signal }));
  let now: BlobProperties | undefined = found;
  for (let tries = 1; now !== undefined && isUnfinishedBy(entry.owner, now.metadata); tries++) {
    const { etag: ifMatch, shown: encryption, metadata } = now;
    try {
      await retryForRollback(clock, (signal) => destination.setMetadata(withoutMarks(metadata), { ifMatch, encryption, signal }));
      return true;
    } catch (error) {
      if (!isConflict(error) || tries === MAX_WRITERS) throw error;
    }
    now = await retryForRollback(clock, (signal) => destination.getProperties({ signal }));
  }
  return isTagged;
}

/**
 * The service reports that this copy succeeded, and its method writes either the whole blob or
 * nothing.
 */
function isWholeByItself(now: BlobProperties, entry: JournalEntry): boolean {
  return switchesOver(entry.method) && showsCopy(entry.method) && now.copy?.status === "success";
}

/**
 * For a method that replaces the destination in one step: it had finished before something else
 * failed.
 */
function completed(now: BlobProperties): RollbackResult {
  return { outcome: "left-alone", detail: `the copy had been completed: the destination holds the new content (${now.length} bytes)` };
}

/** Removes the restore point once the destination is in its final state. */
async function finish(request: RollbackRequest, result: RollbackResult): Promise<RollbackResult> {
  const { destination, clock } = request;
  const left: string[] = [];
  for (const point of await ownRestorePoints(request)) {
    if (!(await removeRestorePoint(destination, point, clock))) left.push(point);
  }
  if (left.length === 0) return result;
  return {
    ...result,
    detail: `${result.detail}; its restore point, snapshot ${left.join(", ")}, could not be deleted: the next deploy does it`,
  };
}

/** List Blobs, for a restore point that was taken twice, or that may or may not exist. */
async function ownRestorePoints({ entry, destination, clock }: RollbackRequest): Promise<readonly string[]> {
  const { restorePoint } = entry.before;
  if (entry.takingRestorePoint !== true) return withTwins(destination, restorePoint === undefined ? [] : [restorePoint], clock);
  const points = await retryForRollback(clock, (signal) => findRestorePoints(destination, signal)).catch((error: unknown) => {
    if (restorePoint === undefined) throw error;
    return [];
  });
  const ours = points.filter(({ owner, before }) => owner === entry.owner && before.etag === entry.before.etag);
  return [...new Set([...(restorePoint === undefined ? [] : [restorePoint]), ...ours.map(({ snapshot }) => snapshot)])];
}

function adviceFor({ entry }: RollbackRequest, { copyId }: Readonly<KnownCopy> = { copyId: entry.copyId }): string {
  const copy = copyId === undefined ? "" : ` If copy ${copyId} is still pending, abort it.`;
  const point = entry.before.restorePoint === undefined ? "" : ` The old content is in snapshot ${entry.before.restorePoint}.`;
  return `${copy}${point} The next deploy continues from here.`;
}
