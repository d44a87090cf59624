import type { AccessTier, CopyMethod, ImmutabilityMode, OverwritePolicy, RehydratePriority, SourceGuard } from "../../src/intent";

/** HTTP headers that the service stores with the destination and answers a GET with. Each one not given is kept from the source. */
export interface ContentHeaders {
  /** `Content-Type` (`x-ms-blob-content-type`), such as `application/json`. */
  readonly contentType?: string;
  /** `Content-Encoding` (`x-ms-blob-content-encoding`), such as `gzip`. */
  readonly contentEncoding?: string;
  /** `Content-Language` (`x-ms-blob-content-language`), such as `en`. */
  readonly contentLanguage?: string;
  /** `Content-Disposition` (`x-ms-blob-content-disposition`). Such as `attachment; filename="a.bin"`. */
  readonly contentDisposition?: string;
  /** `Cache-Control` (`x-ms-blob-cache-control`), such as `max-age=3600`. */
  readonly cacheControl?: string;
}

/**
 * Conditional headers of the service. On the source they are `x-ms-source-if-*`, on the destination the plain `If-*` headers and
 * `x-ms-if-tags`; a condition that does not hold fails the copy before anything is touched.
 */
export interface BlobConditions {
  /** Only if the ETag is this one, quoted as the service returns it, or `*` for any that exists. */
  readonly ifMatch?: string;
  /** Only if the ETag is not this one. `*` means: only if the blob does not exist. */
  readonly ifNoneMatch?: string;
  /** Only if modified after this time: RFC 1123 or ISO 8601. */
  readonly ifModifiedSince?: string;
  /** Only if not modified after this time: RFC 1123 or ISO 8601. */
  readonly ifUnmodifiedSince?: string;
  /** Only if this expression over the blob's index tags holds, such as `"stage" = 'done'`. */
  readonly ifTags?: string;
}

/** How long a version of a blob can be neither changed nor deleted. The container must have immutability support for versions. */
export interface ImmutabilityPolicy {
  /** The end (`x-ms-immutability-policy-until-date`): RFC 1123 or ISO 8601. */
  readonly until: string;
  /**
   * `LOCKED` can never be taken away before its end, not even by a rollback (`x-ms-immutability-policy-mode`).
   * @default ImmutabilityMode.UNLOCKED
   */
  readonly mode?: ImmutabilityMode;
}

/** How an archived source comes online: it takes hours. */
export interface Rehydrate {
  /**
   * How fast (`x-ms-rehydrate-priority`).
   * @default - the service's: Standard, up to 15 hours; High takes less than one for blobs below 10 GB, and costs more
   */
  readonly priority?: RehydratePriority;
  /**
   * The copy is over when its destination is online, so that what depends on it can read it. Declare a `timeout` of as many hours. A deploy
   * that ends before, in whatever way, undoes nothing: the rehydration goes on, and the next deploy goes on waiting.
   * @default false
   */
  readonly wait?: boolean;
}

/** How one blob is copied, and what the copy gets. Strings may be Terraform values (tokens). */
export interface CopyOptions {
  /**
   * Metadata of the destination (`x-ms-meta-*`), which **replaces** that of the source entirely: the service merges nothing.
   * Names are C# identifiers and are compared without regard to case, values are printable ASCII; 8 KiB in all.
   * @default - the source's metadata is copied
   */
  readonly metadata?: { readonly [name: string]: string };
  /**
   * Blob index tags of the destination (`x-ms-tags`): at most 10, names of 1 to 128 and values of at most 256 characters out of
   * letters, digits, space and `+ - . / : = _`.
   * @default - none: the service does not copy tags unless `copySourceTags` is set
   */
  readonly tags?: { readonly [name: string]: string };
  /**
   * Copies the source's blob index tags (`x-ms-copy-source-tag-option: COPY`). Not together with `tags`.
   * @default false
   */
  readonly copySourceTags?: boolean;
  /**
   * HTTP headers stored with the destination.
   * @default - each one is kept from the source
   */
  readonly contentHeaders?: ContentHeaders;
  /**
   * Access tier of the destination (`x-ms-access-tier`).
   * @default - the service's: the tier of the blob that is replaced, or the account's default
   */
  readonly accessTier?: AccessTier;
  /**
   * How an archived source comes online. Needs an online `accessTier`. The copy counts as done when the service has ended it; that its
   * destination is still being rehydrated is said, and `wait` waits for it.
   * @default - priority Standard, and no wait
   */
  readonly rehydrate?: Rehydrate;
  /**
   * How fast an archived source is read.
   * @deprecated use `rehydrate: { priority }`
   */
  readonly rehydratePriority?: RehydratePriority;

  /**
   * A legal hold on the destination (`x-ms-legal-hold`), set last of all: it can be neither changed nor deleted until somebody takes the
   * hold away. Needs immutability support for versions; a SAS needs the permission `i`.
   * @default false
   */
  readonly legalHold?: boolean;
  /**
   * Keeps the destination from being changed or deleted for a time. Set last of all. Needs what `legalHold` needs.
   * @default - the default of the container, or none
   */
  readonly immutabilityPolicy?: ImmutabilityPolicy;
  /**
   * Whether the destination, an append blob, is sealed, so that nothing can be appended to it any more (`x-ms-seal-blob`, Append Blob Seal).
   * @default - Copy Blob keeps what the source is; Append Block From URL leaves the blob open
   */
  readonly seal?: boolean;

  /**
   * What to do when the destination already exists.
   * @default OverwritePolicy.ALWAYS; in a set, OverwritePolicy.IF_DIFFERENT
   */
  readonly overwrite?: OverwritePolicy;
  /**
   * Which REST operation copies. `CopyMethod.INCREMENTAL_COPY_BLOB` adds a snapshot of a page blob, which the source must name, to a chain of
   * such copies.
   * @default CopyMethod.AUTO
   */
  readonly method?: CopyMethod;
  /**
   * How the source is kept from changing under the copy.
   * @default SourceGuard.ETAG
   */
  readonly sourceGuard?: SourceGuard;
  /**
   * Id (a GUID) of the **infinite** lease that you hold on the destination (`x-ms-lease-id`).
   * @default - the destination is not leased
   */
  readonly destinationLeaseId?: string;
  /**
   * Encryption scope of the destination (`x-ms-encryption-scope`), which its account must have. Copy Blob cannot set one: other methods
   * copy then.
   * @default - the default of the container, or else the account's key
   */
  readonly encryptionScope?: string;
  /**
   * MD5 that the source's content must have, in Base64 (`x-ms-source-content-md5`): the service computes it as it copies, and refuses any
   * other bytes before the destination changes. Sources of up to 5,000 MiB, which become block blobs.
   * @default - none: the MD5 that the source has, if any, is compared with the destination's after the copy
   */
  readonly sourceContentMd5?: string;
  /**
   * Conditions on the source (`x-ms-source-if-*`). The service refuses them for a file of a share.
   * @default - none besides the source guard
   */
  readonly sourceConditions?: BlobConditions;
  /**
   * Conditions on the destination (`If-*`).
   * @default - none besides the overwrite policy
   */
  readonly destinationConditions?: BlobConditions;
}
