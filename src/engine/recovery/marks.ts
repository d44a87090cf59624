import { createHash, randomBytes } from "node:crypto";
import { defined } from "../../util/defined";
import type { SnapshotReference } from "../ports/blob-properties";
import type { Before } from "../ports/journal";

/**
 * Marks of a restore point, in the metadata of its snapshot: what a snapshot does not keep (tags, tier), and who took it, so
 * that a later run on another machine recognises and uses it.
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
 * On the blob itself, until everything declared is there: in the metadata of what is written bit by bit, or as the only tag
 * where the declared tags are too long to come with the copy. What it holds is not to be taken for a blob.
 */
const UNFINISHED = "blobcopy_unfinished";
/** Beside it, on what an atomic set commits without blocks: what the block ids of that very commit begin with. */
const COMMIT = "blobcopy_commit";
const MARKS: readonly string[] = [UNFINISHED, COMMIT, MARK, OWNER, SOURCE, ETAG, TAGS, TIER, INFERRED_TIER];

/** A restore point that an earlier run left on the service. */
export interface FoundRestorePoint {
  readonly snapshot: string;
  /** Of the request that took it: two with the same are one request that was sent again on its way. Empty in those of earlier versions. */
  readonly taking: string;
  readonly owner: string;
  /** See {@link sourceMark}. */
  readonly source: string;
  readonly before: Before;
}

/** A URL or a construct path, short enough for a metadata value or a tag. */
export function sourceMark(url: string): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 32);
}

/**
 * Metadata without our marks: a restore that was cut off can leave those of its restore point on the blob itself, and a source
 * can be what some deployment is writing, or left halfway.
 */
export function withoutMarks(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !MARKS.includes(name)));
}

export function carriesMarks(metadata: Readonly<Record<string, string>>): boolean {
  return MARKS.some((name) => metadata[name] !== undefined);
}

/** Metadata of a blob that is being written bit by bit by `owner`. */
export function unfinishedMark(owner: string): Record<string, string> {
  return { [UNFINISHED]: encode(owner) };
}

/** Metadata of a blob that the commit of an atomic set writes, where no block can tell. */
export function commitMark(owner: string, blockIdPrefix: string): Record<string, string> {
  return { ...unfinishedMark(owner), [COMMIT]: blockIdPrefix };
}

/** The blob is what that very commit has written. */
export function isCommittedBy(blockIdPrefix: string, metadata: Readonly<Record<string, string>> = {}): boolean {
  return blockIdPrefix !== "" && metadata[COMMIT] === blockIdPrefix;
}

/** Stands in for tags that are set after the copy. */
export function unfinishedTag(owner: string): Record<string, string> {
  return { [UNFINISHED]: sourceMark(owner) };
}

/** The blob is what some run left halfway: in writing it bit by bit, or in putting it back. */
export function isMarkedUnfinished(metadata: Readonly<Record<string, string>>): boolean {
  return metadata[UNFINISHED] !== undefined || metadata[MARK] !== undefined;
}

/** The blob is what a method of this owner left halfway. */
export function isUnfinishedBy(
  owner: string,
  metadata: Readonly<Record<string, string>>,
  tags?: Readonly<Record<string, string>>,
): boolean {
  return metadata[UNFINISHED] === encode(owner) || tags?.[UNFINISHED] === sourceMark(owner);
}

/** A restore was cut off before its last step: of this owner, or of anybody's. */
export function carriesRestorePointMarks(metadata: Readonly<Record<string, string>>, owner?: string): boolean {
  return metadata[MARK] !== undefined && (owner === undefined || metadata[OWNER] === encode(owner));
}

/** Of one request that takes a restore point. */
export function newTaking(): string {
  return randomBytes(9).toString("base64url");
}

export interface RestorePointMark {
  readonly owner: string;
  readonly source: string;
  /** See {@link FoundRestorePoint.taking}. */
  readonly taking: string;
}

/** The metadata of a restore point: the blob's own, and the marks. */
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

/** Reads a snapshot's marks; undefined for one that is not a restore point. */
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
