import { createHash, randomBytes } from "node:crypto";
import { defined } from "../../util/defined";
import type { SnapshotReference } from "../ports/blob-properties";
import type { Before } from "../ports/journal";

/**
 * Marks of a restore point, in the metadata of its snapshot. They hold the tags and the tier, which
 * a snapshot does not keep, and the owner, so that a later run on another machine recognises and
 * uses the restore point.
 */
const MARK = "blobcopy_restore_point";
const MARK_OF_EARLIER_VERSIONS = "1";
const OWNER = "blobcopy_owner";
const SOURCE = "blobcopy_source";
const ETAG = "blobcopy_etag";
const TAGS = "blobcopy_tags";
const TIER = "blobcopy_tier";
const INFERRED_TIER = "blobcopy_inferred_tier";
/**
 * Mark on the blob itself, until everything that is declared is there. It is in the metadata of a
 * blob that is written piece by piece. It is the blob's only tag where the declared tags are too
 * long to be sent with the copy. Content under this mark must not be taken for a finished blob.
 */
const UNFINISHED = "blobcopy_unfinished";
/**
 * Accompanies UNFINISHED on a blob that an atomic set commits without blocks. Its value is the
 * prefix of the block ids of that commit.
 */
const COMMIT = "blobcopy_commit";
const MARKS: readonly string[] = [UNFINISHED, COMMIT, MARK, OWNER, SOURCE, ETAG, TAGS, TIER, INFERRED_TIER];

/** A restore point that an earlier run left on the service. */
export interface FoundRestorePoint {
  readonly snapshot: string;
  /**
   * Id of the request that took it. Two restore points with the same id come from one request that
   * was sent again, for example by a proxy. Empty for restore points of earlier versions.
   */
  readonly taking: string;
  readonly owner: string;
  /** See {@link sourceMark}. */
  readonly source: string;
  readonly before: Before;
}

/** Hash of a URL or an owner, short enough for a metadata value or a tag. */
export function sourceMark(url: string): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 32);
}

/**
 * Metadata without our marks. An interrupted restore can leave the marks of its restore point on
 * the blob itself, and a source can be a blob that another deployment is writing or has left
 * half-written.
 */
export function withoutMarks(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !MARKS.includes(name)));
}

export function carriesMarks(metadata: Readonly<Record<string, string>>): boolean {
  return MARKS.some((name) => metadata[name] !== undefined);
}

/** Metadata of a blob that `owner` is writing piece by piece. */
export function unfinishedMark(owner: string): Record<string, string> {
  return { [UNFINISHED]: encode(owner) };
}

/**
 * Metadata of a blob that the commit of an atomic set writes without blocks, whose ids would
 * identify the commit.
 */
export function commitMark(owner: string, blockIdPrefix: string): Record<string, string> {
  return { ...unfinishedMark(owner), [COMMIT]: blockIdPrefix };
}

/** The blob was written by that commit. */
export function isCommittedBy(blockIdPrefix: string, metadata: Readonly<Record<string, string>> = {}): boolean {
  return blockIdPrefix !== "" && metadata[COMMIT] === blockIdPrefix;
}

/** Stands in for tags that are set after the copy. */
export function unfinishedTag(owner: string): Record<string, string> {
  return { [UNFINISHED]: sourceMark(owner) };
}

/** Some run, of any owner, left the blob unfinished while it wrote or restored the blob. */
export function isMarkedUnfinished(metadata: Readonly<Record<string, string>>): boolean {
  return metadata[UNFINISHED] !== undefined || metadata[MARK] !== undefined;
}

/** A copy method of this owner left the blob unfinished. */
export function isUnfinishedBy(
  owner: string,
  metadata: Readonly<Record<string, string>>,
  tags?: Readonly<Record<string, string>>,
): boolean {
  return metadata[UNFINISHED] === encode(owner) || tags?.[UNFINISHED] === sourceMark(owner);
}

/**
 * A restore was interrupted before its last step: a restore of this owner, or of any owner if none
 * is given.
 */
export function carriesRestorePointMarks(metadata: Readonly<Record<string, string>>, owner?: string): boolean {
  return metadata[MARK] !== undefined && (owner === undefined || metadata[OWNER] === encode(owner));
}

/** Id of one request that takes a restore point. */
export function newTaking(): string {
  return randomBytes(9).toString("base64url");
}

export interface RestorePointMark {
  readonly owner: string;
  readonly source: string;
  /** See {@link FoundRestorePoint.taking}. */
  readonly taking: string;
}

/** Metadata of a restore point: the blob's own metadata and the marks. */
export function marked(before: Before, { owner, source, taking }: RestorePointMark): Record<string, string> {
  const { etag = "", tags, accessTier, accessTierInferred } = before;
  return {
    ...before.metadata,
    [MARK]: taking,
    [OWNER]: encode(owner),
    [SOURCE]: sourceMark(source),
    [ETAG]: encode(etag),
    ...defined({
      [TAGS]: tags === undefined ? undefined : encode(new URLSearchParams(tags).toString()),
      [accessTierInferred === true ? INFERRED_TIER : TIER]: accessTier,
    }),
  };
}

/** Reads a snapshot's marks; undefined for a snapshot that is not a restore point. */
export function restorePointIn(snapshot: SnapshotReference): FoundRestorePoint | undefined {
  return snapshot.metadata[MARK] === undefined ? undefined : readMarks(snapshot);
}

function readMarks(snapshot: SnapshotReference): FoundRestorePoint {
  const { metadata } = snapshot;
  const tags = metadata[TAGS];
  const tier = metadata[TIER] ?? metadata[INFERRED_TIER];
  return {
    snapshot: snapshot.snapshot,
    taking: metadata[MARK] === MARK_OF_EARLIER_VERSIONS ? "" : (metadata[MARK] ?? ""),
    owner: decode(metadata[OWNER] ?? ""),
    source: metadata[SOURCE] ?? "",
    before: {
      exists: true,
      restorePoint: snapshot.snapshot,
      etag: decode(metadata[ETAG] ?? ""),
      metadata: withoutMarks(metadata),
      ...defined({
        tags: tags === undefined ? undefined : Object.fromEntries(new URLSearchParams(decode(tags))),
        accessTier: tier,
        accessTierInferred: tier === undefined ? undefined : metadata[TIER] === undefined,
      }),
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
