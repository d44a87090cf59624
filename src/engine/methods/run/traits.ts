import { AccessTier, addsSnapshot, asShown, BlobType, CopyMethod, isAsynchronous, tagsFitTheHeader } from "../../../intent";
import { defined } from "../../../util/defined";
import type { DeclaredProperties, WrittenProperties } from "../../ports/blob-properties";
import { withoutMarks } from "../../recovery/marks";
import { isProtected } from "../../recovery/protection";

export const MEBIBYTE = 1024 * 1024;

/** Copy Blob From URL refuses a larger source. */
export const MAX_COPY_FROM_URL = 256 * MEBIBYTE;
/**
 * Size from which a pointer copy within an account beats moving the bytes, even with a restore
 * point before it.
 */
export const MIN_POINTER_COPY = 8 * MEBIBYTE;
/**
 * The service takes up to 5,000 MiB in one Put Blob From URL, but at the speed of one request.
 * Above this size, blocks in parallel are many times faster, and leave the destination untouched
 * just as long.
 */
export const MAX_PUT_BLOB = 256 * MEBIBYTE;
/** The service's limit for one Put Blob From URL. */
export const MAX_PUT_BLOB_REQUEST = 5_000 * MEBIBYTE;

type Property = keyof DeclaredProperties;

/** Properties of a method that do not depend on the source. */
interface Traits {
  /** Properties that its own request can set. The others are set after the bytes are copied. */
  readonly carries: readonly Property[];
  /** The type of blob that it makes. */
  readonly makes: BlobType | "the source's";
  /**
   * When the method changes the destination. `at its end`: the service switches it over, so it is
   * never incomplete. `bit by bit`: the destination exists before its content does.
   */
  readonly replaces: "at its end" | "bit by bit" | "at its start";
  /** The whole blob, or only its bytes, so that the requests must send its properties. */
  readonly takes: "the blob" | "bytes";
  /** The destination shows the id of the copy that made it. */
  readonly showsCopy: boolean;
}

const WRITTEN: readonly Property[] = ["metadata", "tags", "contentHeaders", "accessTier", "encryptionScope"];
const SYNCHRONOUS: readonly Property[] = ["metadata", "tags", "copySourceTags", "accessTier", "encryptionScope", "sourceContentMd5"];

const TRAITS: Readonly<Record<CopyMethod, Traits>> = {
  // Before a method is chosen, nothing can be relied on.
  [CopyMethod.AUTO]: { carries: [], makes: BlobType.BLOCK, replaces: "at its start", takes: "the blob", showsCopy: false },
  [CopyMethod.COPY_BLOB]: {
    carries: ["metadata", "tags", "accessTier", "rehydrate", "seal"],
    makes: "the source's",
    replaces: "at its start",
    takes: "the blob",
    showsCopy: true,
  },
  [CopyMethod.COPY_BLOB_FROM_URL]: {
    carries: SYNCHRONOUS,
    makes: BlobType.BLOCK,
    replaces: "at its end",
    takes: "the blob",
    showsCopy: true,
  },
  [CopyMethod.PUT_BLOB_FROM_URL]: {
    carries: [...SYNCHRONOUS, "contentHeaders"],
    makes: BlobType.BLOCK,
    replaces: "at its end",
    takes: "the blob",
    showsCopy: false,
  },
  [CopyMethod.PUT_BLOCK_FROM_URL]: { carries: WRITTEN, makes: BlobType.BLOCK, replaces: "at its end", takes: "bytes", showsCopy: false },
  [CopyMethod.PUT_PAGE_FROM_URL]: { carries: WRITTEN, makes: BlobType.PAGE, replaces: "bit by bit", takes: "bytes", showsCopy: false },
  [CopyMethod.APPEND_BLOCK_FROM_URL]: {
    carries: WRITTEN,
    makes: BlobType.APPEND,
    replaces: "bit by bit",
    takes: "bytes",
    showsCopy: false,
  },
  [CopyMethod.INCREMENTAL_COPY_BLOB]: {
    carries: [],
    makes: BlobType.PAGE,
    replaces: "at its start",
    takes: "the blob",
    showsCopy: true,
  },
};

// Lists, since the journal of another version can name a method that this version does not have.
const BIT_BY_BIT = methodsThat(({ replaces }) => replaces === "bit by bit");
const SWITCHING = methodsThat(({ replaces }) => replaces === "at its end");
const SHOWING = methodsThat((traits) => traits.showsCopy);

function methodsThat(are: (traits: Traits) => boolean): readonly CopyMethod[] {
  return Object.values(CopyMethod).filter((method) => are(TRAITS[method]));
}

/** The destination exists before its content does. */
export function writesBitByBit(method: CopyMethod): boolean {
  return BIT_BY_BIT.includes(method);
}

/**
 * The service switches the destination over at the end of the method, so it is never incomplete.
 */
export function switchesOver(method: CopyMethod): boolean {
  return SWITCHING.includes(method);
}

export function showsCopy(method: CopyMethod): boolean {
  return SHOWING.includes(method);
}

export function carries(method: CopyMethod, property: Property): boolean {
  return TRAITS[method].carries.includes(property);
}

/**
 * The declared properties that the method's own request carries, by the names that a blob has for
 * them.
 */
export function carriedBy(method: CopyMethod, properties: DeclaredProperties): WrittenProperties {
  const carried: DeclaredProperties = Object.fromEntries(TRAITS[method].carries.map((name) => [name, properties[name]]));
  return defined(asShown(carried));
}

/** The method's own request can make the service copy the source's tags. */
export function carriesTagsOfSource(method: CopyMethod): boolean {
  return carries(method, "copySourceTags");
}

/** Type of the resulting blob. Sources on web servers and file shares have no type. */
export function resultingType(method: CopyMethod, sourceType: BlobType | undefined): BlobType {
  const { makes } = TRAITS[method];
  return makes === "the source's" ? (sourceType ?? BlobType.BLOCK) : makes;
}

/** The method with which a pending copy is continued. */
export function asynchronousMethod(declared: CopyMethod): CopyMethod {
  return isAsynchronous(declared) ? declared : CopyMethod.COPY_BLOB;
}

/** Some methods set declared content headers in a separate request. */
export function declaresHeaders({ contentHeaders }: Pick<DeclaredProperties, "contentHeaders">): boolean {
  return contentHeaders !== undefined;
}

/** The copy ends in the archive, where only its tier and tags can be changed. */
export function isForArchive({ accessTier }: Pick<DeclaredProperties, "accessTier">): boolean {
  return accessTier === AccessTier.ARCHIVE;
}

/** An online tier is declared, so the service rehydrates an archived source. */
export function rehydrates(properties: Pick<DeclaredProperties, "accessTier">): boolean {
  return properties.accessTier !== undefined && !isForArchive(properties);
}

/** The copy ends when its destination is online. */
export function awaitsRehydration({ rehydrate }: Pick<DeclaredProperties, "rehydrate">): boolean {
  return rehydrate?.wait === true;
}

/** The destination gets the source's tags. */
export function copiesTags({ copySourceTags }: Pick<DeclaredProperties, "copySourceTags">): boolean {
  return copySourceTags === true;
}

/**
 * Some declared property can be set only after the method has written the destination, which takes
 * the other properties from `source`.
 */
export function needsSteps(method: CopyMethod, properties: DeclaredProperties, source: Copied): boolean {
  if (addsSnapshot(method)) return false;
  const { metadata, contentHeaders, tags } = properties;
  const lacksHeaders = contentHeaders !== undefined && !carries(method, "contentHeaders");
  return (
    lacksHeaders ||
    !tagsFitTheHeader(tags) ||
    isProtected(properties) ||
    (TRAITS[method].takes === "the blob" && isToLoseMetadata(metadata, source))
  );
}

/**
 * A request that copies cannot ask for empty metadata: without any, the service takes the source's,
 * including our marks.
 */
export function isToLoseMetadata(declared: DeclaredProperties["metadata"], source: Copied): boolean {
  const found = source?.metadata ?? {};
  return Object.keys(found).length > 0 && Object.keys(declared ?? withoutMarks(found)).length === 0;
}

/**
 * The metadata that a copy takes from its source; undefined where the source could not be
 * inspected.
 */
type Copied = { readonly metadata: Readonly<Record<string, string>> } | undefined;

/**
 * A step can fail after the destination was written, so a restore point must come first. The
 * comparison with a source that could change while it was read is such a step.
 */
export function needsRestorePoint(method: CopyMethod, properties: DeclaredProperties, isPinned: boolean, source: Copied): boolean {
  return !addsSnapshot(method) && (!isPinned || !switchesOver(method) || needsSteps(method, properties, source));
}
