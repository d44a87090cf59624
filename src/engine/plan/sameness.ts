import {
  BlobType,
  COPY_OPTIONS,
  CopyMethod,
  type CopyOptionValues,
  OverwritePolicy,
  RecopyPolicy,
  SHOWN_OPTION_NAMES,
  type ShownOptions,
} from "../../intent";
import type { BlobProperties, CopyProperties, SourceProperties, UsedKeys } from "../ports/blob-properties";
import type { ListedBlob } from "../ports/blob-container";
import { isMarkedUnfinished, withoutMarks } from "../recovery/marks";
import type { Memory } from "../recovery/memory";
import { isUnchangedSinceCopied } from "../recovery/ownership";
import { wasPutBack } from "../recovery/restore-point";
import { sameSource } from "../recovery/same-source";
import { isShownAsDeclared } from "./shown-options";
import { hasEntries, haveSameEntries, isSameMetadata, withType } from "../../util/same/same-texts";

type Texts = Readonly<Record<string, string>>;

/** One side of a comparison, as inspected or listed. Absent texts are unknown. */
export interface Compared {
  readonly length: number | undefined;
  readonly blobType: BlobType | undefined;
  readonly contentMd5: string | undefined;
  /** Milliseconds since the epoch; NaN where it is unknown. */
  readonly lastModified: () => number;
  readonly tier: string | undefined;
  readonly headers?: Texts | undefined;
  readonly metadata?: Texts | undefined;
  readonly tags?: Texts | undefined;
  readonly copy?: CopyProperties | undefined;
  readonly shown?: ShownOptions | undefined;
  readonly keys?: UsedKeys | undefined;
}

export interface Comparison {
  readonly options: CopyOptionValues;
  readonly recopy: RecopyPolicy;
  /** undefined where it could not be inspected: then nothing counts as the same. */
  readonly source: Compared | undefined;
  readonly destination: Compared;
  readonly sourceUrl: () => string;
  readonly destinationUrl: () => string;
  /** A snapshot or version, so it is older than any later write to the destination. */
  readonly sourceIsImmutable?: boolean | undefined;
  /** undefined where nothing is noted about the destination, as in a listing. */
  readonly memory?: Memory | undefined;
}

export type Verdict = { readonly kind: "copy" | "refuse" } | { readonly kind: "skip"; readonly why: string };

const COPY: Verdict = { kind: "copy" };
const REFUSE: Verdict = { kind: "refuse" };
const SAME: Verdict = { kind: "skip", why: "the destination is already the same as the source" };
const NOT_NEWER: Verdict = { kind: "skip", why: "the source is not newer than the destination" };

/**
 * Applies the overwrite policy to an existing destination. The only definition of each policy, for
 * single copies and sets.
 */
export function judge(comparison: Comparison): Verdict {
  const { options, recopy } = comparison;
  const isCutOff = isMarkedUnfinished(comparison.destination.metadata ?? {}) || cameToNothing(comparison.destination);
  if (options.overwrite === OverwritePolicy.IF_SOURCE_NEWER && !isCutOff && !isNewer(comparison)) return NOT_NEWER;
  if (skipsTheSame({ options, recopy }) && !isCutOff && isSame(comparison)) return SAME;
  return options.overwrite === OverwritePolicy.NEVER ? REFUSE : COPY;
}

/** Whether an existing destination that is the same is left alone. */
export function skipsTheSame({ options, recopy }: Pick<Comparison, "options" | "recopy">): boolean {
  return options.overwrite !== OverwritePolicy.ALWAYS || recopy === RecopyPolicy.EVERY_DEPLOY;
}

/**
 * Whether times decide where the content proves nothing. Where no comparison was asked for, the
 * copy is made.
 */
export function goesByTimes({ options, recopy }: Pick<Comparison, "options" | "recopy">): boolean {
  return options.overwrite === OverwritePolicy.IF_DIFFERENT || recopy === RecopyPolicy.EVERY_DEPLOY;
}

/**
 * Whether a change of the source's own headers and metadata counts, where no others are declared.
 */
export function comparesProperties({ recopy }: Pick<Comparison, "recopy">): boolean {
  return recopy === RecopyPolicy.EVERY_DEPLOY;
}

/**
 * The failed or aborted copy was the last write. A page blob then has its full length and is
 * younger than its source.
 */
function cameToNothing({ copy }: Compared): boolean {
  return copy?.status === "failed" || copy?.status === "aborted";
}

function isNewer(comparison: Comparison): boolean {
  const { source, destination } = comparison;
  const written = source?.lastModified() ?? Number.NaN;
  // A rollback wrote the destination late, but its content is old.
  return Number.isNaN(written) || isPutBack(comparison) || !(written <= destination.lastModified());
}

function isSame(comparison: Comparison): boolean {
  const { source, destination } = comparison;
  if (source === undefined || destination.copy?.status === "pending") return false;
  return hasSameContent(comparison, source) && isAsDeclared(comparison, source);
}

function hasSameContent(comparison: Comparison, source: Compared): boolean {
  const { options, destination, memory } = comparison;
  if (source.length === undefined || source.length !== destination.length) return false;
  const typeDecides = options.method === CopyMethod.AUTO && source.blobType !== undefined;
  if (typeDecides && source.blobType !== destination.blobType) return false;
  if (isNotDeclaredContent(options, destination)) return false;
  if (memory === "this copy") return true;
  if (source.contentMd5 !== undefined && destination.contentMd5 !== undefined) {
    if (source.contentMd5 !== destination.contentMd5) return false;
    if (keepsItsMd5(source) && keepsItsMd5(destination)) return true;
  }
  if (isEmptyBlob(source)) return true;
  if (!goesByTimes(comparison) || isPutBack(comparison)) return false;
  return isLastCopyOf(comparison) || (timesTell(comparison, source) && source.lastModified() < destination.lastModified());
}

function isNotDeclaredContent({ sourceContentMd5 }: CopyOptionValues, destination: Compared): boolean {
  const { contentMd5 } = destination;
  return sourceContentMd5 !== undefined && contentMd5 !== undefined && keepsItsMd5(destination) && contentMd5 !== sourceContentMd5;
}

/**
 * Whether times prove that the destination holds a source that is older than it. They do where this
 * deployment copied this source. Otherwise a source that people write is unlikely to be older than
 * a copy of another source, unless the service shows that the destination is such a copy, as after
 * going back to an older release. A snapshot or version is always older, and another server may
 * report any time, so their times prove nothing.
 */
function timesTell(comparison: Comparison, source: Compared): boolean {
  const { memory, sourceIsImmutable = false } = comparison;
  if (memory === "another") return false;
  return memory === "this source" || (source.blobType !== undefined && !sourceIsImmutable && !isCopyOfAnother(comparison));
}

/**
 * The service names the source of the last copy, unless it hides it. A client that wrote the blob
 * after that copy did not write this source.
 */
function isCopyOfAnother({ destination: { copy }, sourceUrl }: Comparison): boolean {
  return copy !== undefined && copy.source !== "" && !sameSource(copy.source, sourceUrl());
}

/**
 * The service shows that the last write of the destination was a copy of this snapshot or version,
 * which cannot have changed since then.
 */
function isLastCopyOf({ destination, sourceIsImmutable = false, sourceUrl }: Comparison): boolean {
  const { copy, blobType } = destination;
  if (!sourceIsImmutable || copy?.status !== "success" || copy.completedOn === undefined || !sameSource(copy.source, sourceUrl()))
    return false;
  // Every request that writes the content of a block blob removes the copy's properties.
  return blobType === BlobType.BLOCK || isUnchangedSinceCopied({ copy, lastModified: new Date(destination.lastModified()) });
}

/**
 * The service does not update the MD5 of a page or append blob when the blob is written, so there
 * it proves nothing.
 */
function keepsItsMd5({ blobType }: Compared): boolean {
  return blobType === undefined || blobType === BlobType.BLOCK;
}

/**
 * Two empty blobs are the same, and one that was committed from an empty block list has no MD5.
 * Other servers may report a length of 0 for content that they would generate.
 */
function isEmptyBlob({ length, blobType }: Compared): boolean {
  return length === 0 && blobType !== undefined;
}

/** A rollback wrote the destination last, so its content is older than it looks. */
function isPutBack({ destination: { copy }, memory, sourceUrl, destinationUrl }: Comparison): boolean {
  if (copy === undefined) return false;
  // Where the service hides the source of the copy, it can have been a restore point.
  const isHidden = copy.source === "" && memory !== "this copy" && memory !== "this source";
  return isHidden || wasPutBack(copy, destinationUrl(), sourceUrl());
}

function isAsDeclared(comparison: Comparison, source: Compared): boolean {
  const { options, destination } = comparison;
  const { accessTier, tags } = options;
  // Other servers and file shares report less, and the service adds headers of its own for them.
  const kept = comparesProperties(comparison) && source.blobType !== undefined ? source : undefined;
  const headers = expectedHeaders(options.contentHeaders, kept?.headers);
  const metadata = options.metadata ?? (kept?.metadata && withoutMarks(kept.metadata));
  const isShown = (name: keyof ShownOptions) => isShownAsDeclared(name, options, destination.shown);
  return (
    (accessTier === undefined || accessTier === destination.tier) &&
    (destination.headers === undefined || hasEntries(headers, destination.headers)) &&
    (metadata === undefined || destination.metadata === undefined || isSameMetadata(metadata, destination.metadata)) &&
    (tags === undefined || destination.tags === undefined || haveSameEntries(tags, destination.tags)) &&
    destination.keys?.isDeclared !== false &&
    (destination.shown === undefined || SHOWN_OPTION_NAMES.every(isShown))
  );
}

type Headers = Readonly<Record<string, string | undefined>>;

/** Declared headers; otherwise the source's, including absent ones. */
function expectedHeaders(declared: CopyOptionValues["contentHeaders"], kept: Texts | undefined): Headers {
  const given = Object.entries(withType({ ...declared })).filter(([name]) => typeof Reflect.get(declared ?? {}, name) === "string");
  const fromSource = kept === undefined ? [] : COPY_OPTIONS.contentHeaders.names.map((name) => [name, kept[name]]);
  return Object.fromEntries([...fromSource, ...given]) as Headers;
}

/** A side that was inspected individually. */
export function comparedProperties(properties: SourceProperties | BlobProperties, tags?: Texts): Compared {
  const { length, blobType, contentMd5, lastModified, tier, headers, metadata } = properties;
  return {
    length,
    blobType,
    contentMd5,
    lastModified: () => lastModified?.getTime() ?? Number.NaN,
    tier,
    headers: headers as Texts,
    metadata,
    tags,
    ...("copy" in properties ? { copy: properties.copy, shown: properties.shown, keys: properties.keys } : {}),
  };
}

/** A side from a listing; properties that the listing did not request are unknown. */
export function comparedListing(listed: ListedBlob): Compared {
  const { length, blobType, contentMd5, lastModified, tier, details, keys, metadataIsHidden = false } = listed;
  const compared = { length, blobType, contentMd5, lastModified: () => Date.parse(lastModified), tier, ...details, keys };
  return metadataIsHidden ? { ...compared, metadata: undefined } : compared;
}
