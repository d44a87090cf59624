import { BlobType, type CopyDeclaration, CopyMethod, OverwritePolicy } from "../../intent";
import type { EventSink } from "../ports/events";
import type { BlobProperties, CopyProperties, SourceProperties } from "../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { MadeCopies } from "../ports/made-copies";
import type { DestinationSituation, Situation, StartedBy } from "./situation";
import { declaresHeaders, needsRestorePoint } from "../methods/run/traits";
import { mayBePinned } from "./conditions";
import { explain } from "../../failure/explain";
import type { Before, Journal, JournalEntry } from "../ports/journal";
import { readableTags } from "./found-as-declared";
import { copiedFrom } from "../recovery/copied-from";
import { ownNotes } from "../recovery/own-notes";
import { isOurs, isWrittenInto, isWrittenSinceCopied } from "../recovery/ownership";
import { carriesRestorePointMarks, type FoundRestorePoint, isUnfinishedBy } from "../recovery/marks";
import { comesFrom, describeBefore, findRestorePoints } from "../recovery/restore-point";
import { sameSource } from "../recovery/same-source";
import { destinationIsDirectory, sourceIsDirectory } from "./refusal";
import { sourceIsMissing } from "../../failure/source-is-missing";
import { isForbidden, isRedirection, isUnknownOperation } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import { isWeakEtag } from "../../util/same/etags";
import { isSameCopyId } from "../../util/same/same-copy-id";

export interface InspectRequest {
  readonly declaration: CopyDeclaration;
  readonly owner: string;
  readonly source: SourceObject;
  readonly destination: DestinationBlob;
  readonly journal: Journal;
  readonly made: MadeCopies | undefined;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

/**
 * Get Blob Properties on both sides. `onDestination` is called first, because leftovers of an
 * earlier run must be undone even when the source turns out to be unusable.
 */
export async function inspectBothSides(
  request: InspectRequest,
  onDestination: (found: DestinationSituation) => Promise<void>,
): Promise<Situation> {
  const source = inspectSource(request);
  source.catch(() => undefined); // reported below, once the destination is known
  const found = await inspectDestination(request);
  await onDestination(found);
  const properties = await source;
  if (properties?.isDirectory === true) throw sourceIsDirectory(request.source.url);
  if (found.now?.isDirectory === true) throw destinationIsDirectory(request.destination.url);
  return { ...found, source: properties };
}

/**
 * Also List Blobs for restore points, where an earlier run may have left one. Recognises everything
 * that an earlier run left on the service.
 */
export async function inspectDestination(request: InspectRequest): Promise<DestinationSituation> {
  const { destination, owner } = request;
  const now = await propertiesOf(request);
  if (now === undefined)
    return { now, tags: undefined, before: { exists: false }, isLeftover: false, pending: undefined, copiedFrom: "", points: undefined };

  if (isWeakEtag(now.etag)) {
    const text = `${destination.url}: it has no ETag, so this run cannot keep other writers out`;
    request.emit({ type: "warning", text });
  }
  const noted = ownNotes(request.journal, owner).read(destination.url);
  const tags = await tagsOf(request, now);
  const isBegun = isUnfinishedBy(owner, now.metadata, tags);
  const isTheirs = isBegun && (noted === undefined ? isWrittenSinceCopied(now) : isWrittenInto(now, noted));
  const unfinished = (isBegun && !isTheirs) || carriesRestorePointMarks(now.metadata, owner);
  const pointsMatter = isBegun || unfinished || noted !== undefined || (now.copy !== undefined && now.copy.status !== "success");
  const isAskedFor = pointsMatter || mayHaveTakenRestorePoint(request, now);
  // The service does not take other snapshots of the result of incremental copies.
  const points = now.isChain !== true && isAskedFor ? await restorePointsOf(request, noted, pointsMatter) : undefined;
  const point = points?.at(-1);
  const copyIdNow = now.copy === undefined ? {} : { copyId: now.copy.id };
  const asFound: DestinationSituation = {
    now,
    tags,
    before: describeBefore(now, tags),
    isLeftover: false,
    pending: undefined,
    copiedFrom: now.copy === undefined ? "" : copiedFrom(now.copy, [noted, request.made?.read(destination.url)]),
    points,
  };
  const leftover = (before: Before): DestinationSituation => ({ ...asFound, before, isLeftover: true });

  if (now.copy?.status === "pending") {
    const { id: copyId } = now.copy;
    const startedBy = whoStarted(request, now.copy, point, noted, unfinished);
    const pending = { copyId, startedBy, isFromDeclaredSource: sameSource(asFound.copiedFrom, request.source.identity) };
    if (startedBy === "unknown") return { ...asFound, pending };
    const noMore: Before = now.isChain === true ? { exists: true } : { exists: false, ...(unfinished ? {} : { isUnknown: true }) };
    const before = point?.before ?? (isStartOf(now.copy, noted) ? noted?.before : undefined) ?? noMore;
    return { ...leftover(before), pending };
  }
  if (noted?.touched === true && (noted.complete !== true || isKeptFromItsEnd(request, now, noted)) && isOurs(now, noted)) {
    const canBePutBack =
      now.isChain === true || !noted.before.exists || points?.some(({ snapshot }) => snapshot === noted.before.restorePoint) === true;
    if (canBePutBack) return leftover({ ...noted.before, ...copyIdNow });
  }
  // The blob belongs to the other writer, whether or not our mark could be removed. Only the
  // restore point holds the content from before our copy.
  const isPerhapsHalf = noted?.isWrittenInto === true && !isOurs(now, noted);
  if (isTheirs || isPerhapsHalf) return { ...asFound, points: [], doubtful: points ?? [], isPerhapsHalf };
  if (point !== undefined && !unfinished && isEmptied(now, point)) {
    const text = `${destination.url}: copy ${now.copy?.id} to it ended without a result (${now.copy?.status}), and nothing proves whether an earlier run or another client started that copy, so the destination is not put back. The earlier content is in snapshot ${point.snapshot}, which is kept until the copy is complete`;
    request.emit({ type: "warning", text });
    return { ...asFound, points: [], doubtful: points ?? [] };
  }
  if (point !== undefined && unfinished) {
    request.emit({ type: "restore-point-found", destination: destination.url, snapshot: point.snapshot });
    return leftover({ ...point.before, ...copyIdNow });
  }
  // Where the journal notes an older blob that can no longer be put back, a complete copy is better
  // than nothing.
  const isAllThereIs = noted?.before.exists === true && now.copy?.status === "success";
  return isBegun && !isAllThereIs ? leftover({ exists: false, ...copyIdNow }) : asFound;
}

/** Get Blob Tags, where tags are to be compared, or where the only tag may be our mark. */
async function tagsOf({ declaration, destination, stop }: InspectRequest, now: BlobProperties): Promise<DestinationSituation["tags"]> {
  const matter = now.tagCount === 1 || (now.tagCount > 0 && declaration.tags !== undefined);
  if (!matter) return undefined;
  // Where a restore point must hold the tags, they are requested again: a refusal there comes
  // before any change.
  return readableTags(destination, stop);
}

/**
 * An earlier run copied everything, but was lost before its results were safe. Other policies judge
 * its blob like any existing one. NEVER would refuse our own copy, and a chain would take the
 * snapshot a second time. Only the noted ETag proves that the blob is ours.
 */
function isKeptFromItsEnd({ declaration }: InspectRequest, now: BlobProperties, noted: JournalEntry): boolean {
  if (now.isChain === true) return noted.settled !== true;
  return declaration.overwrite === OverwritePolicy.NEVER && !noted.before.exists && noted.etag === now.etag;
}

/**
 * Whether a lost run may have left a restore point and no other trace. Listing them costs one more
 * request for each existing destination.
 */
function mayHaveTakenRestorePoint({ declaration, source }: InspectRequest, now: BlobProperties): boolean {
  const { method } = declaration;
  const declared = method === CopyMethod.AUTO ? CopyMethod.PUT_BLOB_FROM_URL : method;
  return (
    now.copy !== undefined ||
    now.blobType !== BlobType.BLOCK ||
    declaresHeaders(declaration) ||
    needsRestorePoint(declared, declaration, mayBePinned(declaration, source), undefined)
  );
}

/**
 * Without permission to list, no restore point is found. That is an error only where something may
 * have to be put back.
 */
async function restorePointsOf(
  { destination, owner, stop }: InspectRequest,
  noted: JournalEntry | undefined,
  pointsMatter: boolean,
): Promise<FoundRestorePoint[]> {
  const isOfThisRun = (point: FoundRestorePoint) => point.owner === owner || point.snapshot === noted?.before.restorePoint;
  try {
    return (await findRestorePoints(destination, stop)).filter(isOfThisRun);
  } catch (error) {
    if (isForbidden(error) && !pointsMatter) return [];
    // On a server without listings, the notes name the restore point, if they were kept. One that
    // cannot be listed is not taken for missing.
    const isNoted = noted !== undefined && noted.takingRestorePoint !== true;
    if (!isUnknownOperation(error) || (pointsMatter && !isNoted)) throw error;
    const snapshot = noted?.before.restorePoint;
    return noted === undefined || snapshot === undefined
      ? []
      : [{ snapshot, taking: "", owner, source: noted.source, before: noted.before }];
  }
}

async function inspectSource({ source, stop, emit }: InspectRequest): Promise<SourceProperties | undefined> {
  let properties: SourceProperties | undefined;
  try {
    properties = await source.getProperties({ signal: stop });
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    const outOfReach = error instanceof ServiceError && source.account === undefined && error.status !== 401 && !isRedirection(error);
    if (!outOfReach) throw explain(error, `Cannot read the source ${source.url}`);
    emit({
      type: "warning",
      text: `${source.url} cannot be seen from here (${error.status === 0 ? error.code : error.status}); the service may still reach it, so the copy is tried without knowing length and ETag`,
    });
    return undefined;
  }
  if (properties !== undefined) return properties;
  throw sourceIsMissing(source.url);
}

async function propertiesOf({ destination, stop }: InspectRequest): Promise<BlobProperties | undefined> {
  try {
    return await destination.getProperties({ signal: stop });
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    throw explain(error, `Cannot read the destination ${destination.url}`);
  }
}

/** Requires proof: another client may copy the same source to the same name. */
function whoStarted(
  { destination, owner, made }: InspectRequest,
  copy: CopyProperties,
  point: FoundRestorePoint | undefined,
  noted: JournalEntry | undefined,
  unfinished: boolean,
): StartedBy {
  if (comesFrom(copy, point?.snapshot) || isSameCopyId(noted?.restoreCopyId, copy.id)) return "restore";
  const remembered = made?.read(destination.url);
  const isRemembered = isSameCopyId(remembered?.copyId, copy.id) && remembered?.owner === owner;
  return isRemembered || unfinished || isStartOf(copy, noted) ? "ours" : "unknown";
}

/** The journal knows the copy by its id. */
function isStartOf(copy: CopyProperties, noted: JournalEntry | undefined): boolean {
  return noted?.touched === true && isSameCopyId(noted.copyId, copy.id);
}

/** A failed or aborted copy has replaced the content that the restore point holds. */
function isEmptied({ copy, etag }: BlobProperties, point: FoundRestorePoint): boolean {
  return etag !== point.before.etag && copy !== undefined && copy.status !== "success";
}
