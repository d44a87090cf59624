/** The values of a copy's options. Part of the contract, and dependency-free like all of it. */

/** The REST operation that copies. */
export enum CopyMethod {
  /**
   * The program chooses by account, blob type and size, and falls back when the service refuses a
   * method.
   */
  AUTO = "auto",
  /** Copy Blob: asynchronous, can be aborted. A pointer copy within an account. */
  COPY_BLOB = "copy-blob",
  /** Copy Blob From URL: synchronous, block blobs up to 256 MiB, keeps the block list. */
  COPY_BLOB_FROM_URL = "copy-blob-from-url",
  /** Put Blob From URL: synchronous, up to 5,000 MiB, the destination switches over at the end. */
  PUT_BLOB_FROM_URL = "put-blob-from-url",
  /**
   * Put Block From URL in parallel, then one Put Block List: the destination switches over at the
   * commit.
   */
  PUT_BLOCK_FROM_URL = "put-block-from-url",
  /** Put Page From URL: page blobs, empty ranges skipped. */
  PUT_PAGE_FROM_URL = "put-page-from-url",
  /** Append Block From URL: append blobs. */
  APPEND_BLOCK_FROM_URL = "append-block-from-url",
  /**
   * Incremental Copy Blob: adds a snapshot of a page blob to a chain of such copies, and transfers
   * only the changes since the previous one. The program never chooses it. The chain can be read
   * only by its snapshots, and only the next incremental copy can change it.
   */
  INCREMENTAL_COPY_BLOB = "incremental-copy-blob",
}

/** These methods have no header for the key of either side. */
const WITHOUT_KEYS: readonly CopyMethod[] = [CopyMethod.COPY_BLOB, CopyMethod.COPY_BLOB_FROM_URL, CopyMethod.INCREMENTAL_COPY_BLOB];

export function takesNoKey(method: CopyMethod): boolean {
  return WITHOUT_KEYS.includes(method);
}

/** Whether the method adds a snapshot to a chain, and replaces nothing. */
export function addsSnapshot(method: CopyMethod): boolean {
  return method === CopyMethod.INCREMENTAL_COPY_BLOB;
}

/** Whether the service continues such a copy after its response, until the copy is aborted. */
export function isAsynchronous(method: CopyMethod): boolean {
  return method === CopyMethod.COPY_BLOB || addsSnapshot(method);
}

/** Treatment of a destination that already exists. */
export enum OverwritePolicy {
  /**
   * Always copy over it. {@link RecopyPolicy.EVERY_DEPLOY} still skips a copy that is unchanged
   * since it was last made.
   */
  ALWAYS = "always",
  /**
   * Never replace. A destination that is proven to be the same stays as it is. Any other
   * destination fails the copy before anything is changed.
   */
  NEVER = "never",
  /**
   * Copy only if the sides differ in length, in MD5, or in a declared property. Without an MD5 on
   * both sides, and for page and append blobs, whose MD5 proves nothing: copy if the source was
   * modified later.
   */
  IF_DIFFERENT = "if-different",
  /** Copy only when the source's Last-Modified is later than the destination's. */
  IF_SOURCE_NEWER = "if-source-newer",
}

/** Protection against a source that changes during its copy. */
export enum SourceGuard {
  /**
   * Every request is pinned to the source's ETag. A change fails the copy. Needs only read
   * permission.
   */
  ETAG = "etag",
  /**
   * A finite lease in addition to the ETag. It is renewed while the copy is pending, and released
   * at its end. Needs write permission on the source.
   */
  LEASE = "lease",
  /** No guard. */
  NONE = "none",
}

/** Access tiers of block blobs, and of page blobs in premium accounts, as in `x-ms-access-tier`. */
export enum AccessTier {
  /** For blobs that are read or written often. */
  HOT = "Hot",
  /** For blobs that are seldom read, and stay for 30 days or more. */
  COOL = "Cool",
  /** For blobs that are hardly ever read, and stay for 90 days or more. */
  COLD = "Cold",
  /** The service moves the blob between Hot, Cool and Cold according to its use. */
  SMART = "Smart",
  /** Offline until it is rehydrated. For blobs that stay for 180 days or more. */
  ARCHIVE = "Archive",
  /** Page blobs of premium accounts, with the limits of a premium disk P4. */
  P4 = "P4",
  /** Page blobs of premium accounts, with the limits of a premium disk P6. */
  P6 = "P6",
  /** Page blobs of premium accounts, with the limits of a premium disk P10. */
  P10 = "P10",
  /** Page blobs of premium accounts, with the limits of a premium disk P15. */
  P15 = "P15",
  /** Page blobs of premium accounts, with the limits of a premium disk P20. */
  P20 = "P20",
  /** Page blobs of premium accounts, with the limits of a premium disk P30. */
  P30 = "P30",
  /** Page blobs of premium accounts, with the limits of a premium disk P40. */
  P40 = "P40",
  /** Page blobs of premium accounts, with the limits of a premium disk P50. */
  P50 = "P50",
  /** Page blobs of premium accounts, with the limits of a premium disk P60. */
  P60 = "P60",
  /** Page blobs of premium accounts, with the limits of a premium disk P70. */
  P70 = "P70",
  /** Page blobs of premium accounts, with the limits of a premium disk P80. */
  P80 = "P80",
}

/** How fast an archived source is read, as in `x-ms-rehydrate-priority`. */
export enum RehydratePriority {
  /** Up to 15 hours. */
  STANDARD = "Standard",
  /** Less than one hour for blobs below 10 GB, at a higher price. */
  HIGH = "High",
}

/** Rehydration of an archived source. */
export interface RehydrateReference {
  /** See {@link RehydratePriority}. */
  readonly priority?: string;
  /**
   * The copy ends when the destination is online, not already when the service reports its success.
   */
  readonly wait?: boolean;
}

/** Whether a policy can be removed again, as in `x-ms-immutability-policy-mode`. */
export enum ImmutabilityMode {
  /** Can be changed and removed before it expires. */
  UNLOCKED = "Unlocked",
  /** Can only be extended: neither this program nor any user can remove it before it expires. */
  LOCKED = "Locked",
}

/** The time until which a version of a blob can be neither changed nor deleted. */
export interface ImmutabilityPolicyReference {
  /** RFC 1123 or ISO 8601. */
  readonly until: string;
  readonly mode?: string;
}

/** HTTP headers stored with the blob. Headers that are not given keep the source's values. */
export interface ContentHeadersReference {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
}

/** Conditions of the service on one side of a copy. Times are RFC 1123 or ISO 8601. */
export interface ConditionsReference {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly ifUnmodifiedSince?: string;
  /** Expression over blob index tags, as in `x-ms-if-tags`. */
  readonly ifTags?: string;
}

/** The service's blob types, as in `x-ms-blob-type`. */
export enum BlobType {
  BLOCK = "BlockBlob",
  APPEND = "AppendBlob",
  PAGE = "PageBlob",
}

/** When an unchanged declaration is copied again. */
export enum RecopyPolicy {
  /** Only when the declaration itself changes. */
  ON_INTENT_CHANGE = "on-intent-change",
  /**
   * The program runs in each deploy, and does nothing when source and destination are unchanged.
   */
  EVERY_DEPLOY = "every-deploy",
}

/** Effect of `destroy` on the destination. */
export enum DestroyPolicy {
  /** The blob stays. */
  RETAIN = "retain",
  /** The blob is deleted if this resource copied it and it has not changed since then. */
  DELETE = "delete",
}

/** Effect on the destination of a copy that does not finish. */
export enum RollbackPolicy {
  /**
   * Abort, and restore the destination to its earlier state. Refuse to start where that would be
   * impossible.
   */
  RESTORE = "restore",
  /** Abort only: the service's bare behaviour, which can leave a blob of zero length. */
  ABORT_ONLY = "abort-only",
}

/** Limits and defaults of a set. */
export const MAX_CONCURRENCY = 4_096;
export const DEFAULT_CONCURRENCY = 256;

/**
 * A set compares by default: otherwise it would copy all its blobs again in each run. A single copy
 * is declared in order to be made.
 */
export const DEFAULT_SET_OVERWRITE = OverwritePolicy.IF_DIFFERENT;

/**
 * The default is the number of failures that are listed at the end of a run. The first failure ends
 * an atomic set.
 */
export function defaultMaxFailures(isAtomic: boolean): number {
  return isAtomic ? 0 : 20;
}
