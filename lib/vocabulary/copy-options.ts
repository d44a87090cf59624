import type { AccessTier, CopyMethod, OverwritePolicy, RehydratePriority, SourceGuard } from "../../src/intent";
import type { BlobConditions } from "./blob-conditions";
import type { ContentHeaders } from "./content-headers";

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
   * Copies the source's blob index tags (`x-ms-copy-source-tag-option: COPY`); not together with `tags`.
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
   * How fast an archived source is read (`x-ms-rehydrate-priority`); needs an online `accessTier`.
   * @default - the service's: Standard, up to 15 hours
   */
  readonly rehydratePriority?: RehydratePriority;

  /**
   * What to do when the destination already exists.
   * @default OverwritePolicy.ALWAYS; in a set, OverwritePolicy.IF_DIFFERENT
   */
  readonly overwrite?: OverwritePolicy;
  /**
   * Which REST operation copies.
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
