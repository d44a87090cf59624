import { BlobType, type CopyDeclaration, type CopyIntent, CopyMethod, OverwritePolicy } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import type { EventSink } from "../ports/events";
import type { BlobProperties, DestinationBlob, SourceObject, SourceProperties } from "../ports/blob-store";
import { needsRestorePoint } from "../methods/traits";
import { CopyFailure } from "../../failure/copy-failure";
import { explain } from "../../failure/explain";
import type { Before, Journal, JournalEntry } from "../ports/journal";
import { isOurs, isUnchangedSinceCopied } from "../recovery/ownership";
import { carriesRestorePointMarks, type FoundRestorePoint, isUnfinishedBy, sourceMark } from "../recovery/marks";
import { comesFrom, describeBefore, findRestorePoints } from "../recovery/restore-point";
import { sameSource } from "../recovery/same-source";
import { isForbidden } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";

export interface LookRequest {
  readonly declaration: CopyDeclaration;
  readonly intent: Pick<CopyIntent, "owner" | "rollback">;
  readonly source: SourceObject;
  readonly destination: DestinationBlob;
  readonly journal: Journal;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

/** The destination as a run finds it, before it touches anything. */
export interface DestinationSituation {
  /** The destination as it is; undefined when it is absent. */
  readonly now: BlobProperties | undefined;
  /** Its tags, where it has any. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The destination as it is to be put back: what an earlier run of ours left half-done does not count. */
  readonly before: Before;
  /** What is there is what an earlier run left half-done. */
  readonly isLeftover: boolean;
  /** A pending copy that an earlier run left. */
  readonly pending: { readonly copyId: string; readonly ours: PendingOfOurs } | undefined;
  /** Restore points of ours, oldest first; undefined: not looked for. */
  readonly points: readonly FoundRestorePoint[] | undefined;
}

export type PendingOfOurs = "same source" | "another source" | "restore";

/** Both sides as a run finds them. */
export interface Situation extends DestinationSituation {
  /** undefined: this machine may not or cannot see it, though the service may. */
  readonly source: SourceProperties | undefined;
}

/**
 * Get Blob Properties on both sides. `onDestination` is told first, because what an earlier run left there is to be undone
 * even when the source turns out to be unusable.
 */
export async function lookAtBothSides(
  request: LookRequest,
  onDestination: (found: DestinationSituation) => Promise<void>,
): Promise<Situation> {
  const source = lookAtSource(request);
  source.catch(() => undefined); // told below, once the destination is known
  const found = await lookAtDestination(request);
  await onDestination(found);
  return { ...found, source: await source };
}

/** Also List Blobs for restore points, where an earlier run may have left one: all it left on the service is recognised here. */
async function lookAtDestination(request: LookRequest): Promise<DestinationSituation> {
  const { destination, stop, intent, journal } = request;
  const now = await propertiesOf(request);
  if (now === undefined)
    return { now, tags: undefined, before: { exists: false }, isLeftover: false, pending: undefined, points: undefined };

  const noted = journal.read(destination.url);
  const tags = now.tagCount > 0 ? await destination.getTags({ signal: stop }) : undefined;
  const unfinished = isUnfinishedBy(intent.owner, now.metadata, tags) || carriesRestorePointMarks(now.metadata);
  const pointsMatter = unfinished || noted !== undefined || (now.copy !== undefined && now.copy.status !== "success");
  const points = pointsMatter || mayHaveTakenRestorePoint(request, now) ? await restorePointsOf(request, pointsMatter) : undefined;
  const point = points?.at(-1);
  const copyIdNow = now.copy === undefined ? {} : { copyId: now.copy.id };
  const leftover = (before: Before): DestinationSituation => ({ now, tags, before, isLeftover: true, pending: undefined, points });

  if (now.copy?.status === "pending") {
    const ours = whosePending(request, now, point, noted?.copyId);
    const before = point?.before ?? (noted?.copyId === now.copy.id ? noted.before : { exists: false });
    return { ...leftover(before), pending: { copyId: now.copy.id, ours } };
  }
  if (noted?.touched === true && (noted.complete !== true || isKeptFromItsEnd(request, now, noted)) && isOurs(now, noted)) {
    const canBePutBack = !noted.before.exists || points?.some(({ snapshot }) => snapshot === noted.before.restorePoint) === true;
    if (canBePutBack) return leftover({ ...noted.before, ...copyIdNow });
  }
  if (point !== undefined && (unfinished || isUnfinished(request, now, point))) {
    request.emit({ type: "restore-point-found", destination: destination.url, snapshot: point.snapshot });
    return leftover({ ...point.before, ...copyIdNow });
  }
  if (isUnfinishedBy(intent.owner, now.metadata, tags) || isEmptyLeftover(now, request.source))
    return leftover({ exists: false, ...copyIdNow });
  return { now, tags, before: describeBefore(now, tags), isLeftover: false, pending: undefined, points };
}

/**
 * A run that had copied it all was lost before its results were safe. Under any other policy what it made is judged like
 * everything that exists; NEVER would refuse our own work. Only the very ETag that was noted proves that it is ours.
 */
function isKeptFromItsEnd({ declaration }: LookRequest, now: BlobProperties, noted: JournalEntry): boolean {
  return declaration.overwrite === OverwritePolicy.NEVER && !noted.before.exists && noted.etag === now.etag;
}

/** One request more for each destination that exists, so only where the traces of a lost run do not show by themselves. */
function mayHaveTakenRestorePoint({ declaration }: LookRequest, now: BlobProperties): boolean {
  const { method, contentHeaders } = declaration;
  const declared = method === CopyMethod.AUTO ? CopyMethod.PUT_BLOB_FROM_URL : method;
  return (
    now.copy !== undefined || now.blobType !== BlobType.BLOCK || contentHeaders !== undefined || needsRestorePoint(declared, declaration)
  );
}

/** Without permission to list there are none to be found; that matters only where there may be something to put back. */
async function restorePointsOf({ destination, intent, stop }: LookRequest, pointsMatter: boolean): Promise<FoundRestorePoint[]> {
  try {
    return (await findRestorePoints(destination, stop)).filter(({ owner }) => owner === intent.owner);
  } catch (error) {
    const mayNotList = isForbidden(error);
    if (mayNotList && !pointsMatter) return [];
    throw error;
  }
}

async function lookAtSource({ source, stop, emit }: LookRequest): Promise<SourceProperties | undefined> {
  let properties: SourceProperties | undefined;
  try {
    properties = await source.getProperties({ signal: stop });
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    const outOfReach = error instanceof ServiceError && source.account === undefined && error.status !== 401;
    if (!outOfReach) throw explain(error, `Cannot look at the source ${source.url}`);
    emit({
      type: "warning",
      text: `${source.url} cannot be seen from here (${error.status === 0 ? error.code : error.status}); the service may still reach it, so the copy is tried without knowing length and ETag`,
    });
    return undefined;
  }
  if (properties !== undefined) return properties;
  throw new CopyFailure({
    exitCode: ExitCode.SOURCE_NOT_FOUND,
    what: "The source does not exist",
    side: "source",
    why: `${source.url} was answered 404`,
    remedy: "check its name; without list permission a missing right can look the same",
  });
}

async function propertiesOf({ destination, stop }: LookRequest): Promise<BlobProperties | undefined> {
  try {
    return await destination.getProperties({ signal: stop });
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    throw explain(error, `Cannot look at the destination ${destination.url}`);
  }
}

/** A pending copy of somebody else is left alone: the service allows one at a time, and theirs is not ours to abort. */
function whosePending(
  { source, destination }: LookRequest,
  now: BlobProperties,
  point: FoundRestorePoint | undefined,
  notedCopyId: string | undefined,
): PendingOfOurs {
  if (comesFrom(now.copy, point?.snapshot)) return "restore";
  if (now.copy !== undefined && sameSource(now.copy.source, source.url)) return "same source";
  const markedByUs = point !== undefined && now.copy !== undefined && point.source === sourceMark(now.copy.source);
  if (markedByUs || (notedCopyId !== undefined && notedCopyId === now.copy?.id)) return "another source";
  throw new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `Another copy to ${destination.url} is pending`,
    side: "destination",
    why: `copy ${now.copy?.id ?? ""} from ${now.copy?.source ?? "another source"} was not started by this resource, and a blob can have one pending copy only`,
    remedy: `wait for it, or abort it: az storage blob copy cancel --copy-id ${now.copy?.id ?? ""}`,
  });
}

/**
 * The run that took the point did not get to its end: the blob is what its copy left. One that succeeded lacks the declared
 * headers, since setting them takes the copy properties away.
 */
function isUnfinished({ declaration }: LookRequest, now: BlobProperties, point: FoundRestorePoint): boolean {
  if (now.copy === undefined || now.etag === point.before.etag || point.source !== sourceMark(now.copy.source)) return false;
  return now.copy.status !== "success" || (declaration.contentHeaders !== undefined && isUnchangedSinceCopied(now));
}

/** An absent destination on which a copy of ours was aborted or failed: zero length, and our source. */
function isEmptyLeftover(now: BlobProperties, source: SourceObject): boolean {
  return (
    now.copy !== undefined &&
    (now.copy.status === "aborted" || now.copy.status === "failed") &&
    now.length === 0 &&
    sameSource(now.copy.source, source.url)
  );
}
