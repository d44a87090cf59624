/**
 * THE CONTRACT between the two worlds: `lib/` writes a copy intent at synth, the provisioner program in `src/` parses it
 * during apply. Dependency-free on purpose, so that either side can import it. Everything a user can ask for is here.
 *
 * The intent never holds a secret: a credential names the environment variable that holds one.
 */

/** Raised when the shape below changes incompatibly; the program refuses an intent of another version. */
export const INTENT_VERSION = 1;

/** Names of the environment variables through which the provisioner block speaks to the program. */
export const ProgramEnvironment = {
  /** The copy intent, as JSON. */
  INTENT: "BLOB_COPY_INTENT",
  /** `self.id` of the `terraform_data` resource: names the receipt. */
  RECEIPT_ID: "BLOB_COPY_RECEIPT_ID",
  /** Folder for receipts, journals and last words; relative to Terraform's working directory. */
  STATE_DIRECTORY: "BLOB_COPY_STATE_DIRECTORY",
  /** Prefix of the variables that carry secrets which Terraform holds. */
  SECRET_PREFIX: "BLOB_COPY_SECRET_",
} as const;

/** The service's blob types, as in `x-ms-blob-type`. */
export enum BlobType {
  BLOCK = "BlockBlob",
  APPEND = "AppendBlob",
  PAGE = "PageBlob",
}

/** Which REST operation copies. */
export enum CopyMethod {
  /** The program chooses by account, blob type and size, and falls back when the service refuses a method. */
  AUTO = "auto",
  /** Copy Blob: asynchronous, the only one that can be aborted; a pointer copy within an account. */
  COPY_BLOB = "copy-blob",
  /** Copy Blob From URL: synchronous, block blobs up to 256 MiB, keeps the block list. */
  COPY_BLOB_FROM_URL = "copy-blob-from-url",
  /** Put Blob From URL: synchronous, up to 5,000 MiB, the destination switches over at the end. */
  PUT_BLOB_FROM_URL = "put-blob-from-url",
  /** Put Block From URL in parallel, then one Put Block List: the destination switches over at the commit. */
  PUT_BLOCK_FROM_URL = "put-block-from-url",
  /** Put Page From URL: page blobs, empty ranges skipped. */
  PUT_PAGE_FROM_URL = "put-page-from-url",
  /** Append Block From URL: append blobs. */
  APPEND_BLOCK_FROM_URL = "append-block-from-url",
}

/** What to do when the destination already exists. */
export enum OverwritePolicy {
  /** Copy over it. */
  ALWAYS = "always",
  /** Fail before anything is touched. */
  NEVER = "never",
  /** Copy only when length or MD5 differ (without an MD5 on both sides: when the source was modified later). */
  IF_DIFFERENT = "if-different",
  /** Copy only when the source's Last-Modified is later than the destination's. */
  IF_SOURCE_NEWER = "if-source-newer",
}

/** How the source is kept from changing under a copy. */
export enum SourceGuard {
  /** Every request is pinned to the source's ETag; a change fails the copy. Needs read permission only. */
  ETAG = "etag",
  /** A finite lease, renewed while the copy is pending and given back at its end, besides the ETag. Needs write permission on the source. */
  LEASE = "lease",
  /** No guard. */
  NONE = "none",
}

/** When an unchanged declaration is copied again. */
export enum RecopyPolicy {
  /** Only when the declaration itself changes. */
  ON_INTENT_CHANGE = "on-intent-change",
  /** The program runs in each deploy, and does nothing when source and destination are unchanged. */
  EVERY_DEPLOY = "every-deploy",
}

/** What `destroy` does to the destination. */
export enum DestroyPolicy {
  /** The blob stays. */
  RETAIN = "retain",
  /** The blob is deleted, if this resource copied it and nobody has changed it since. */
  DELETE = "delete",
}

/** What happens to the destination when a copy does not finish. */
export enum RollbackPolicy {
  /** Abort, and put the destination back as it was; refuse to start where that would be impossible. */
  RESTORE = "restore",
  /** Abort only: the service's bare behaviour, which can leave a blob of zero length. */
  ABORT_ONLY = "abort-only",
}

/** Access tiers of block blobs, and of page blobs in premium accounts, as in `x-ms-access-tier`. */
export enum AccessTier {
  HOT = "Hot",
  COOL = "Cool",
  COLD = "Cold",
  ARCHIVE = "Archive",
  P4 = "P4",
  P6 = "P6",
  P10 = "P10",
  P15 = "P15",
  P20 = "P20",
  P30 = "P30",
  P40 = "P40",
  P50 = "P50",
  P60 = "P60",
  P70 = "P70",
  P80 = "P80",
}

/** How fast an archived source is read, as in `x-ms-rehydrate-priority`. */
export enum RehydratePriority {
  STANDARD = "Standard",
  HIGH = "High",
}

export enum CredentialKind {
  DEFAULT_AZURE_CREDENTIAL = "default-azure-credential",
  SAS = "sas",
  ACCOUNT_KEY = "account-key",
  CONNECTION_STRING = "connection-string",
  ANONYMOUS = "anonymous",
}

/** Where a secret is, never the secret itself. */
export interface CredentialReference {
  readonly kind: CredentialKind;
  /** Environment variable that holds the SAS, key or connection string. */
  readonly variable?: string;
  /** Storage account that the key belongs to. */
  readonly accountName?: string;
}

export enum LocationKind {
  URL = "url",
  BLOB = "blob",
  FILE = "file",
}

/** A place, as declared; the program makes the URL. */
export interface LocationReference {
  readonly kind: LocationKind;
  /** Absolute URL (`kind: url`); may carry `snapshot` or `versionid`, never a SAS. */
  readonly url?: string;
  /** Blob service endpoint, such as `https://account.blob.core.windows.net/` (`kind: blob`). */
  readonly blobEndpoint?: string;
  readonly containerName?: string;
  /** Unescaped blob name. */
  readonly blobName?: string;
  /** Snapshot time stamp, as the service returned it. */
  readonly snapshot?: string;
  readonly versionId?: string;
  /** File service endpoint (`kind: file`). */
  readonly fileEndpoint?: string;
  readonly shareName?: string;
  /** Unescaped path of the file below the share. */
  readonly filePath?: string;
  /** Absent: the default Azure credential for Azure endpoints, anonymous elsewhere. */
  readonly credential?: CredentialReference;
}

/** HTTP headers stored with the blob; each one not given is kept from the source. */
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

/** One declared copy, with its own options. */
export interface CopyDeclaration {
  readonly source: LocationReference;
  readonly destination: LocationReference;
  /** Replaces the source's metadata entirely; absent keeps it. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly copySourceTags?: boolean;
  readonly contentHeaders?: ContentHeadersReference;
  readonly accessTier?: AccessTier;
  readonly rehydratePriority?: RehydratePriority;
  readonly overwrite: OverwritePolicy;
  readonly method: CopyMethod;
  readonly sourceGuard: SourceGuard;
  /** Infinite lease held by the caller on the destination. */
  readonly destinationLeaseId?: string;
  readonly sourceConditions?: ConditionsReference;
  readonly destinationConditions?: ConditionsReference;
}

/** A blob name prefix of a container, one side of a copy set. */
export interface PrefixReference {
  /** Blob service endpoint, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  readonly containerName: string;
  /** Unescaped; empty for the whole container. */
  readonly prefix: string;
  /** Absent: the default Azure credential for Azure endpoints, anonymous elsewhere. */
  readonly credential?: CredentialReference;
}

/** All blobs below one prefix, to another. */
export interface PrefixCopies {
  readonly source: PrefixReference;
  readonly destination: PrefixReference;
  /** Globs over names relative to the prefix (`*` within a segment, `**` across segments, `?`, `{a,b}`); empty for all. */
  readonly include: readonly string[];
  /** Globs of names to leave out, even when included. */
  readonly exclude: readonly string[];
  /** Relative source names to relative destination names; a key that ends in `/` renames everything below it. */
  readonly rename: Readonly<Record<string, string>>;
  /** Options of every copy. */
  readonly options: Omit<CopyDeclaration, "source" | "destination">;
}

/** Declared copies in a file, for sets too large for an environment variable. */
export interface CopyManifest {
  /**
   * Path of a file with one JSON {@link KeyedCopy} a line, relative to Terraform's working directory. A string in it may
   * be an array of text and indices into `values` instead, joined by the program.
   */
  readonly file: string;
  /** What Terraform alone knows, such as endpoints of accounts it creates. */
  readonly values: readonly string[];
}

/** A declared copy of a set; the key names it in results. */
export interface KeyedCopy extends CopyDeclaration {
  readonly key: string;
}

/** Many copies as one resource: a manifest, or everything below a prefix. */
export interface CopySet {
  readonly manifest?: CopyManifest;
  readonly prefixes?: PrefixCopies;
  /** All or nothing: stage every copy, then commit them; what was replaced is put back if the commit breaks. */
  readonly atomic: boolean;
  /** Delete at the destination what this set copied earlier and its source no longer has. */
  readonly prune: boolean;
  /** Most requests in flight. */
  readonly maxConcurrency: number;
  /** Failed copies that are tolerated before no further one is started. The run fails all the same. */
  readonly maxFailures: number;
  /** Bytes a second that copies may be started for; absent for no limit. */
  readonly bandwidthBytesPerSecond?: number;
  /** Path of the NDJSON file with one {@link BlobResult} a line, relative to Terraform's working directory. */
  readonly manifestOut?: string;
  /** Path of the HTML report, relative to Terraform's working directory. */
  readonly report?: string;
  /** Keys (of a manifest) or destination names relative to the prefix whose receipts are wanted as values. */
  readonly resultKeys: readonly string[];
}

/** An intent that declares a set. */
export type SetIntent = CopyIntent & { readonly set: CopySet };

/** What happened to one blob of a set: a line of the manifest-out file. */
export interface BlobResult {
  readonly key: string;
  /** Without any query. */
  readonly source: string;
  readonly destination: string;
  readonly status: "copied" | "skipped" | "failed" | "pruned" | "rolled-back";
  /** Quoted; empty where nothing was written. */
  readonly etag: string;
  readonly versionId: string;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly method: CopyMethod;
  /** Why it was skipped or failed, with the remedy; empty otherwise. */
  readonly detail: string;
}

/** The result of a copy set. */
export interface SetReceipt {
  readonly version: typeof INTENT_VERSION;
  readonly total: number;
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  readonly pruned: number;
  /** Bytes of the blobs that were copied. */
  readonly bytesCopied: number;
  /** ISO 8601, UTC. */
  readonly completedOn: string;
  /** Receipts of the wanted keys. */
  readonly results: Readonly<Record<string, Receipt>>;
}

/** What the program is asked to do. */
export interface CopyIntent {
  readonly version: typeof INTENT_VERSION;
  /** Construct path, for messages and for recognising what this resource did earlier. */
  readonly owner: string;
  /** Empty in a copy set. */
  readonly copies: readonly CopyDeclaration[];
  readonly set?: CopySet;
  /** false: start only, and leave asynchronous copies pending. */
  readonly wait: boolean;
  /** Milliseconds for the whole run, waiting included; then abort and exit code 124. */
  readonly timeoutMilliseconds: number;
  readonly rollback: RollbackPolicy;
  /** {@link RecopyPolicy.EVERY_DEPLOY}: skip what is unchanged since it was last copied. */
  readonly recopy: RecopyPolicy;
}

/** Copy status of the service, as in `x-ms-copy-status`. */
export type CopyStatus = "pending" | "success" | "aborted" | "failed";

/** The result of one copy. Strings are empty where the service gave no value. */
export interface Receipt {
  readonly version: typeof INTENT_VERSION;
  /** Without any query. */
  readonly destinationUrl: string;
  /** Quoted, as the service returns it. */
  readonly etag: string;
  readonly versionId: string;
  /** Empty for methods that have none. */
  readonly copyId: string;
  readonly copyStatus: CopyStatus;
  /** Length of the destination, bytes (0 while pending). */
  readonly bytesCopied: number;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
  /** Base64. */
  readonly contentMd5: string;
  readonly method: CopyMethod;
  /** ISO 8601, UTC; empty while pending. */
  readonly completedOn: string;
  /** ETag of the source that was copied; empty where the source gives none. */
  readonly sourceEtag: string;
}

/** What a destroy-time run gets through `self.input`, all that Terraform lets it read. */
export interface DestroyIntent {
  readonly version: typeof INTENT_VERSION;
  readonly owner: string;
  readonly destination: LocationReference;
  readonly destinationLeaseId?: string;
  readonly onDestroy: DestroyPolicy;
  readonly receipt: Pick<Receipt, "etag" | "copyId" | "copyStatus" | "versionId">;
}
