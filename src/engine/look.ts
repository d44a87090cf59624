import type { CopyDeclaration, CopyIntent } from "../intent";
import { ExitCode } from "../process/exit-code";
import type { EventSink } from "../report/events";
import type { BlobProperties, DestinationBlob, SourceObject, SourceProperties } from "./blob-store";
import { CopyFailure } from "./copy-failure";
import { explain } from "./explain";
import type { Before, Journal } from "./journal";
import { describeBefore, findRestorePoints, FoundRestorePoint, isUnfinishedBy, sourceMark } from "./restore-point";
import { sameSource } from "./same-source";
import { ServiceError } from "./service-error";

export interface LookRequest {
  readonly declaration: CopyDeclaration;
  readonly intent: Pick<CopyIntent, "owner" | "rollback">;
  readonly source: SourceObject;
  readonly destination: DestinationBlob;
  readonly journal: Journal;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

/** Both sides as a run finds them, before it touches anything. */
export interface Situation {
  /** undefined: this machine may not or cannot see it, though the service may. */
  readonly source: SourceProperties | undefined;
  /** The destination as it is; undefined when it is absent. */
  readonly now: BlobProperties | undefined;
  /** The destination as it is to be put back: what an earlier run of ours left half-done does not count. */
  readonly before: Before;
  /** A pending copy that this run goes on with. */
  readonly pending: { readonly copyId: string; readonly ours: "same source" | "another source" } | undefined;
  /** Restore points of ours that nothing needs any more. */
  readonly obsolete: readonly string[];
}

/**
 * Get Blob Properties on both sides, and List Blobs for restore points where a copy of an earlier run may have left one.
 * Everything an earlier run left on the service is recognised here.
 */
export async function lookAtBothSides(request: LookRequest): Promise<Situation> {
  const [source, now] = await Promise.all([lookAtSource(request), lookAtDestination(request)]);
  const noted = request.journal.read(request.destination.url);
  if (now === undefined) return { source, now, before: { exists: false }, pending: undefined, obsolete: [] };

  const unfinished = isUnfinishedBy(request.intent.owner, now.metadata);
  const mayHaveLeft = now.copy !== undefined || noted !== undefined || unfinished;
  const points = mayHaveLeft ? (await findRestorePoints(request.destination, request.stop)).filter(({ owner }) => owner === request.intent.owner) : [];
  const point = points.at(-1);
  const others = points.slice(0, -1).map(({ snapshot }) => snapshot);

  if (now.copy?.status === "pending") {
    const ours = whosePending(request, now, point, noted?.copyId);
    const before = point?.before ?? (noted?.copyId === now.copy.id ? noted.before : { exists: false });
    return { source, now, before, pending: { copyId: now.copy.id, ours }, obsolete: others };
  }
  if (point !== undefined && (unfinished || isUnfinished(now, point))) {
    request.emit({ type: "restore-point-found", destination: request.destination.url, snapshot: point.snapshot });
    const before = { ...point.before, ...(now.copy === undefined ? {} : { copyId: now.copy.id }) };
    return { source, now, before, pending: undefined, obsolete: others };
  }
  const obsolete = points.map(({ snapshot }) => snapshot);
  if (unfinished || isEmptyLeftover(now, request.source)) {
    return { source, now, before: { exists: false, ...(now.copy === undefined ? {} : { copyId: now.copy.id }) }, pending: undefined, obsolete };
  }
  return { source, now, before: await describeBefore(request.destination, now, request.stop), pending: undefined, obsolete };
}

async function lookAtSource({ source, stop, emit }: LookRequest): Promise<SourceProperties | undefined> {
  let properties: SourceProperties | undefined;
  try {
    properties = await source.getProperties({ signal: stop });
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    const outOfReach = error instanceof ServiceError && source.account === undefined && error.status !== 401;
    if (!outOfReach) throw explain(error, `Cannot look at the source ${source.url}`);
    emit({ type: "warning", text: `${source.url} cannot be seen from here (${error.status === 0 ? error.code : error.status}); the service may still reach it, so the copy is tried without knowing length and ETag` });
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

async function lookAtDestination({ destination, declaration, stop }: LookRequest): Promise<BlobProperties | undefined> {
  try {
    return await destination.getProperties({ signal: stop, ...(declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId }) });
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
): "same source" | "another source" {
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

/** The run that took the point did not get to its end: the blob is what its copy left. */
function isUnfinished(now: BlobProperties, point: FoundRestorePoint): boolean {
  return now.etag !== point.before.etag && now.copy !== undefined && now.copy.status !== "success" && point.source === sourceMark(now.copy.source);
}

/** An absent destination on which a copy of ours was aborted or failed: zero length, and our source. */
function isEmptyLeftover(now: BlobProperties, source: SourceObject): boolean {
  return now.copy !== undefined && (now.copy.status === "aborted" || now.copy.status === "failed") && now.length === 0 && sameSource(now.copy.source, source.url);
}
