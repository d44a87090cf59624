import type { AccessTier, CopyMethod, ImmutabilityMode, OverwritePolicy, RehydratePriority, SourceGuard } from "../../src/intent";

/**
 * HTTP headers that the service stores with the destination and returns with a GET. Each header
 * that is not given is kept from the source.
 */
export interface ContentHeaders {
  /** `Content-Type` (`x-ms-blob-content-type`), such as `application/json`. */
  readonly contentType?: string;
  /** `Content-Encoding` (`x-ms-blob-content-encoding`), such as `gzip`. */
  readonly contentEncoding?: string;
  /** `Content-Language` (`x-ms-blob-content-language`), such as `en`. */
  readonly contentLanguage?: string;
  /**
   * `Content-Disposition` (`x-ms-blob-content-disposition`). For example:
   * `attachment; filename="a.bin"`.
   */
  readonly contentDisposition?: string;
  /** `Cache-Control` (`x-ms-blob-cache-control`), such as `max-age=3600`. */
  readonly cacheControl?: string;
}

/**
 * Conditional headers of the service. On the source they are `x-ms-source-if-*`, on the destination
 * the plain `If-*` headers and `x-ms-if-tags`. A condition that does not hold fails the copy before
 * anything is changed.
 */
export interface BlobConditions {
  /**
   * ETag that the blob must have, quoted as the service returns it, or `*` for any blob that
   * exists.
   */
  readonly ifMatch?: string;
  /** ETag that the blob must not have. `*` means that the blob must not exist. */
  readonly ifNoneMatch?: string;
  /** Time after which the blob must have been modified: RFC 1123 or ISO 8601. */
  readonly ifModifiedSince?: string;
  /** Time after which the blob must not have been modified: RFC 1123 or ISO 8601. */
  readonly ifUnmodifiedSince?: string;
  /** Expression over the blob's index tags that must hold, such as `"stage" = 'done'`. */
  readonly ifTags?: string;
}

/**
 * Period in which a version of a blob can be neither changed nor deleted. The container must have
 * immutability support for versions.
 */
export interface ImmutabilityPolicy {
  /** End of the period (`x-ms-immutability-policy-until-date`): RFC 1123 or ISO 8601. */
  readonly until: string;
  /**
   * Mode of the policy (`x-ms-immutability-policy-mode`). A `LOCKED` policy can never be removed
   * before its end, not even by a rollback.
   * @default ImmutabilityMode.UNLOCKED
   */
  readonly mode?: ImmutabilityMode;
}

/** Rehydration of an archived source, which takes hours. */
export interface Rehydrate {
  /**
   * Priority of the rehydration (`x-ms-rehydrate-priority`).
   * @default - the service's: Standard, up to 15 hours; High takes less than one hour for blobs
   * below 10 GB, and costs more
   */
  readonly priority?: RehydratePriority;
  /**
   * Ends the copy only when its destination is online, so that dependent resources can read it.
   * Declare a `timeout` of as many hours. A deploy that ends earlier, for any reason, undoes
   * nothing: the rehydration continues, and the next deploy continues to wait.
   * @default false
   */
  readonly wait?: boolean;
}

/**
 * Options of one copy, and properties of its destination. Strings may be values that only the
 * deploy knows (tokens).
 */
export interface CopyOptions {
  /**
   * Metadata of the destination (`x-ms-meta-*`), which **replaces** the source's metadata entirely:
   * the service does not merge them. Names are C# identifiers and are compared without regard to
   * case, values are printable ASCII; 8 KiB in total.
   * @default - the source's metadata is copied
   */
  readonly metadata?: { readonly [name: string]: string };
  /**
   * Blob index tags of the destination (`x-ms-tags`): at most 10, with names of 1 to 128 characters
   * and values of at most 256. Letters, digits, space and `+ - . / : = _` are allowed.
   * @default - none: the service does not copy tags unless `copySourceTags` is set
   */
  readonly tags?: { readonly [name: string]: string };
  /**
   * Copies the source's blob index tags (`x-ms-copy-source-tag-option: COPY`). It excludes `tags`.
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
   * Rehydration of an archived source, which needs an online `accessTier`. The copy counts as done
   * when the service has ended it, and the deploy reports that its destination is still being
   * rehydrated. With `wait`, the copy is done only when the destination is online.
   * @default - priority Standard, and no wait
   */
  readonly rehydrate?: Rehydrate;
  /**
   * Priority for reading an archived source.
   * @deprecated use `rehydrate: { priority }`
   */
  readonly rehydratePriority?: RehydratePriority;

  /**
   * Places a legal hold on the destination (`x-ms-legal-hold`), as the last step. The blob can then
   * be neither changed nor deleted until the hold is removed. It requires immutability support for
   * versions; a SAS needs the permission `i`.
   * @default false
   */
  readonly legalHold?: boolean;
  /**
   * Protects the destination from being changed or deleted for a time. The policy is set as the
   * last step, and has the same requirements as `legalHold`.
   * @default - the default of the container, or none
   */
  readonly immutabilityPolicy?: ImmutabilityPolicy;
  /**
   * Seals the destination, an append blob (`x-ms-seal-blob`, Append Blob Seal). Nothing can be
   * appended to a sealed blob.
   * @default - Copy Blob keeps the state of the source; Append Block From URL leaves the blob open
   */
  readonly seal?: boolean;

  /**
   * Policy for a destination that already exists.
   * @default OverwritePolicy.ALWAYS; in a set, OverwritePolicy.IF_DIFFERENT
   */
  readonly overwrite?: OverwritePolicy;
  /**
   * REST operation that copies. `CopyMethod.INCREMENTAL_COPY_BLOB` adds a snapshot of a page blob,
   * which the source must name, to a chain of such copies.
   * @default CopyMethod.AUTO
   */
  readonly method?: CopyMethod;
  /**
   * Protection against changes of the source during the copy.
   * @default SourceGuard.ETAG
   */
  readonly sourceGuard?: SourceGuard;
  /**
   * Id (a GUID) of the **infinite** lease that you hold on the destination (`x-ms-lease-id`).
   * @default - the destination is not leased
   */
  readonly destinationLeaseId?: string;
  /**
   * Encryption scope of the destination (`x-ms-encryption-scope`), which must exist in its account.
   * Copy Blob cannot set one, so other methods copy.
   * @default - the default of the container, or else the account's key
   */
  readonly encryptionScope?: string;
  /**
   * MD5 that the source's content must have, in Base64 (`x-ms-source-content-md5`). The service
   * computes it while it copies, and refuses other bytes before the destination changes. It is
   * possible for sources of up to 5,000 MiB that become block blobs.
   * @default - none: the MD5 that the source has, if any, is compared with the destination's after
   * the copy
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
