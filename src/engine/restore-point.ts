import { createHash } from "node:crypto";
import type { BlobProperties, CopyProperties, DestinationBlob, SnapshotReference } from "./blob-store";
import type { Clock } from "./clock";
import type { Before } from "./journal";
import { ServiceError } from "./service-error";

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
/** On the blob itself, while a method is at work that writes it bit by bit: what it holds is not to be taken for a blob. */
const UNFINISHED = "blobcopy_unfinished";
const MARKS: readonly string[] = [UNFINISHED, MARK, OWNER, SOURCE, ETAG, TAGS, TIER];

/** A restore point that an earlier run left on the service. */
export interface FoundRestorePoint {
  readonly snapshot: string;
  readonly owner: string;
  /** See {@link sourceMark}. */
  readonly source: string;
  readonly before: Before;
}

/** A source URL, short enough for a metadata value. */
export function sourceMark(url: string): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 32);
}

/** The destination was last written by a Copy Blob from this restore point. */
export function comesFrom(copy: CopyProperties | undefined, restorePoint: string | undefined): boolean {
  return copy !== undefined && restorePoint !== undefined && decodeURIComponent(copy.source).endsWith(`snapshot=${restorePoint}`);
}

/** Metadata without the marks of a restore point, which a restore that was cut off can leave on the blob itself. */
export function withoutMarks(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !MARKS.includes(name)));
}

/** Metadata of a blob that is being written bit by bit by `owner`. */
export function unfinishedMark(owner: string): Record<string, string> {
  return { [UNFINISHED]: encode(owner) };
}

/** The blob is what a method of this owner left halfway. */
export function isUnfinishedBy(owner: string, metadata: Readonly<Record<string, string>>): boolean {
  return metadata[UNFINISHED] === encode(owner);
}

/** Reads everything of an existing destination that a restore point does not hold by itself. */
export async function describeBefore(destination: DestinationBlob, properties: BlobProperties, stop: AbortSignal): Promise<Before> {
  const tags = properties.tagCount > 0 ? await destination.getTags({ signal: stop }) : undefined;
  return {
    exists: true,
    etag: properties.etag,
    length: properties.length,
    metadata: withoutMarks(properties.metadata),
    ...(tags === undefined ? {} : { tags }),
    ...(properties.accessTier === undefined ? {} : { accessTier: properties.accessTier }),
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
  const metadata: Record<string, string> = { ...before.metadata, [MARK]: "1", [OWNER]: encode(mark.owner), [SOURCE]: sourceMark(mark.source), [ETAG]: encode(before.etag ?? "") };
  if (before.tags !== undefined) metadata[TAGS] = encode(new URLSearchParams(before.tags).toString());
  if (before.accessTier !== undefined) metadata[TIER] = before.accessTier;
  const request = { ...(before.etag === undefined ? {} : { ifMatch: before.etag }), ...(leaseId === undefined ? {} : { leaseId }) };
  try {
    const taken = await destination.createSnapshot(metadata, request);
    return { ...before, restorePoint: taken.snapshot };
  } catch (error) {
    if (!(error instanceof ServiceError) || !error.outcomeUnknown) throw error;
    const found = (await findRestorePoints(destination)).reverse().find((point) => point.before.etag === before.etag && point.owner === mark.owner);
    if (found === undefined) throw error;
    return { ...before, restorePoint: found.snapshot };
  }
}

/** List Blobs: the restore points on this destination, oldest first. */
export async function findRestorePoints(destination: DestinationBlob, stop?: AbortSignal): Promise<FoundRestorePoint[]> {
  const snapshots = await destination.listSnapshots(stop === undefined ? {} : { signal: stop });
  return snapshots.filter((snapshot) => snapshot.metadata[MARK] !== undefined).map(readMarks);
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
  const tier = metadata[TIER];
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
      ...(tier === undefined ? {} : { accessTier: tier }),
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
