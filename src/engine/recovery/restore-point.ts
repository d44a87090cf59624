import { createHash } from "node:crypto";
import type { BlobProperties, CopyProperties, DestinationBlob, SnapshotReference } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { Before } from "../ports/journal";
import { ServiceError } from "../../failure/service-error";

/**
 * A restore point is a snapshot of the destination that carries, besides the blob's own metadata, what a snapshot does not
 * keep (tags, tier) and who took it, so that a later run on another machine recognises and uses it.
 */
const MARK = "blobcopy_restore_point";
const OWNER = "blobcopy_owner";
const SOURCE = "blobcopy_source";
const ETAG = "blobcopy_etag";
const TAGS = "blobcopy_tags";
const TIER = "blobcopy_tier";
const INFERRED_TIER = "blobcopy_inferred_tier";
/**
 * On the blob itself, until everything declared is there: in the metadata of what is written bit by bit, or as the only tag
 * where the declared tags are too long to come with the copy. What it holds is not to be taken for a blob.
 */
const UNFINISHED = "blobcopy_unfinished";
const MARKS: readonly string[] = [UNFINISHED, MARK, OWNER, SOURCE, ETAG, TAGS, TIER, INFERRED_TIER];

/** A snapshot that did not come about although it may have can be asked for again. */
const SNAPSHOT_TRIES = 3;

/** A restore point that an earlier run left on the service. */
export interface FoundRestorePoint {
  readonly snapshot: string;
  readonly owner: string;
  /** See {@link sourceMark}. */
  readonly source: string;
  readonly before: Before;
}

/** A URL or a construct path, short enough for a metadata value or a tag. */
export function sourceMark(url: string): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 32);
}

/** The destination was last written by a Copy Blob from this restore point. */
export function comesFrom(copy: CopyProperties | undefined, restorePoint: string | undefined): boolean {
  if (copy === undefined || restorePoint === undefined) return false;
  return [restorePoint, encodeURIComponent(restorePoint)].some((snapshot) => copy.source.endsWith(`snapshot=${snapshot}`));
}

/** The blob was last written by a Copy Blob from a snapshot, as a rollback does: its content is older than it looks. */
export function wasPutBack(copy: CopyProperties | undefined): boolean {
  return copy !== undefined && /[?&]snapshot=/.test(copy.source);
}

/** Metadata without the marks of a restore point, which a restore that was cut off can leave on the blob itself. */
export function withoutMarks(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !MARKS.includes(name)));
}

/** Metadata of a blob that is being written bit by bit by `owner`. */
export function unfinishedMark(owner: string): Record<string, string> {
  return { [UNFINISHED]: encode(owner) };
}

/** Stands in for tags that are set after the copy. */
export function unfinishedTag(owner: string): Record<string, string> {
  return { [UNFINISHED]: sourceMark(owner) };
}

/** The blob is what a method of this owner left halfway. */
export function isUnfinishedBy(
  owner: string,
  metadata: Readonly<Record<string, string>>,
  tags?: Readonly<Record<string, string>>,
): boolean {
  return metadata[UNFINISHED] === encode(owner) || tags?.[UNFINISHED] === sourceMark(owner);
}

/** A restore was cut off before its last step. */
export function carriesRestorePointMarks(metadata: Readonly<Record<string, string>>): boolean {
  return metadata[MARK] !== undefined;
}

/** Everything of an existing destination that a restore point does not hold by itself. */
export function describeBefore(properties: BlobProperties, tags: Readonly<Record<string, string>> | undefined): Before {
  return {
    exists: true,
    etag: properties.etag,
    length: properties.length,
    metadata: withoutMarks(properties.metadata),
    ...(tags === undefined ? {} : { tags }),
    ...(properties.accessTier === undefined
      ? {}
      : { accessTier: properties.accessTier, accessTierInferred: properties.accessTierInferred }),
    ...(properties.copy === undefined ? {} : { copyId: properties.copy.id }),
  };
}

/** Snapshot Blob, on the very state that `before` describes; a snapshot whose answer was lost is looked up by its mark. */
export async function takeRestorePoint(
  destination: DestinationBlob,
  before: Before,
  mark: { readonly owner: string; readonly source: string },
  leaseId: string | undefined,
): Promise<Before> {
  const metadata: Record<string, string> = {
    ...before.metadata,
    [MARK]: "1",
    [OWNER]: encode(mark.owner),
    [SOURCE]: sourceMark(mark.source),
    [ETAG]: encode(before.etag ?? ""),
  };
  if (before.tags !== undefined) metadata[TAGS] = encode(new URLSearchParams(before.tags).toString());
  if (before.accessTier !== undefined) metadata[before.accessTierInferred === true ? INFERRED_TIER : TIER] = before.accessTier;
  const request = { ...(before.etag === undefined ? {} : { ifMatch: before.etag }), ...(leaseId === undefined ? {} : { leaseId }) };
  for (let tries = 1; ; tries++) {
    try {
      const taken = await destination.createSnapshot(metadata, request);
      return { ...before, restorePoint: taken.snapshot };
    } catch (error) {
      if (!(error instanceof ServiceError) || !error.outcomeUnknown) throw error;
      const found = (await findRestorePoints(destination))
        .reverse()
        .find((point) => point.before.etag === before.etag && point.owner === mark.owner);
      if (found !== undefined) return { ...before, restorePoint: found.snapshot };
      if (tries === SNAPSHOT_TRIES) throw error;
    }
  }
}

/** List Blobs: the restore points on this destination, oldest first. */
export async function findRestorePoints(destination: DestinationBlob, stop?: AbortSignal): Promise<FoundRestorePoint[]> {
  const snapshots = await destination.listSnapshots(stop === undefined ? {} : { signal: stop });
  return snapshots.flatMap((snapshot) => restorePointIn(snapshot) ?? []);
}

/** What a snapshot's marks say; undefined for one that is no restore point. */
export function restorePointIn(snapshot: SnapshotReference): FoundRestorePoint | undefined {
  return snapshot.metadata[MARK] === undefined ? undefined : readMarks(snapshot);
}

/** Delete Blob on the snapshot, tried again for a while: a restore point must not stay behind. Gives false when it had to. */
export async function removeRestorePoint(destination: DestinationBlob, snapshot: string, clock: Clock, tries = 5): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await destination.deleteSnapshot(snapshot);
      return true;
    } catch (error) {
      if (error instanceof ServiceError && error.status === 404) return true;
      if (attempt === tries || !(error instanceof ServiceError)) return false;
      await clock.sleep(250 * 2 ** attempt);
    }
  }
}

function readMarks(snapshot: SnapshotReference): FoundRestorePoint {
  const { metadata } = snapshot;
  const tags = metadata[TAGS];
  const tier = metadata[TIER] ?? metadata[INFERRED_TIER];
  return {
    snapshot: snapshot.snapshot,
    owner: decode(metadata[OWNER] ?? ""),
    source: metadata[SOURCE] ?? "",
    before: {
      exists: true,
      restorePoint: snapshot.snapshot,
      etag: decode(metadata[ETAG] ?? ""),
      metadata: withoutMarks(metadata),
      ...(tags === undefined ? {} : { tags: Object.fromEntries(new URLSearchParams(decode(tags))) }),
      ...(tier === undefined ? {} : { accessTier: tier, accessTierInferred: metadata[TIER] === undefined }),
    },
  };
}

/** Metadata values must be plain header text. */
function encode(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}

function decode(text: string): string {
  return Buffer.from(text, "base64url").toString("utf8");
}
