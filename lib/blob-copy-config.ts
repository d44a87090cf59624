import type { ITerraformDependable, ITerraformIterator } from "cdktf";
import type {
  AccessTier,
  CopyMethod,
  DestroyPolicy,
  OverwritePolicy,
  RecopyPolicy,
  RehydratePriority,
  RollbackPolicy,
  SourceGuard,
} from "../src/intent";
import type { BlobConditions } from "./blob-conditions";
import type { BlobDestination } from "./blob-destination";
import type { BlobSource } from "./blob-source";
import type { ContentHeaders } from "./content-headers";

/**
 * One declared copy. Strings may be Terraform values (tokens).
 *
 * What decides *whether the destination is what was declared* copies again when it changes: source, destination, metadata,
 * tags, content headers, access tier, overwrite, method, conditions and `copyTriggers`. What only decides *how it is done*
 * does not: credentials, `timeout`, `wait`, `rollback`, `sourceGuard`, `rehydratePriority`, `destinationLeaseId`.
 */
export interface BlobCopyConfig {
  /** What is copied. */
  readonly source: BlobSource;
  /** Where it is copied to. */
  readonly destination: BlobDestination;

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
   * @default OverwritePolicy.ALWAYS
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

  /**
   * Whether the deploy waits for the end of the copy. With `false` an asynchronous copy may stay pending: `copyStatus` then says
   * so, nothing is rolled back later, and a destroy aborts a copy that is still pending.
   * @default true
   */
  readonly wait?: boolean;
  /**
   * Time for the whole copy, waiting included, in hours, minutes and seconds, such as `2h30m`, `90s`: 1 second to 14 days
   * (`336h`, after which the service itself gives a pending copy up). When it is over, the copy is aborted and rolled back,
   * and the program ends with exit code 124.
   * @default "1h"
   */
  readonly timeout?: string;
  /**
   * What happens to the destination when the copy does not finish.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;

  /**
   * Values whose change copies again, such as the ETag of the source as another resource knows it. They are kept in state.
   * @default - only a change of the declaration copies again
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * When an unchanged declaration is copied again.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * What `destroy` does to the destination. `DELETE` deletes only what this resource copied and nobody changed since.
   * @default DestroyPolicy.RETAIN
   */
  readonly onDestroy?: DestroyPolicy;

  /**
   * What must be there before the copy starts, besides what its values already refer to.
   * @default - nothing else
   */
  readonly dependsOn?: ITerraformDependable[];
  /**
   * Makes one copy per element of an iterator; source and destination then use `iterator.key` or `iterator.value`, and every
   * attribute is a map from the element's key to the value.
   * @default - one copy
   */
  readonly forEach?: ITerraformIterator;
}
