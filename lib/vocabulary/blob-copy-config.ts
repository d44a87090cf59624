import type { ITerraformDependable, ITerraformIterator } from "cdktf";
import type { DestroyPolicy, RecopyPolicy, RollbackPolicy } from "../../src/intent";
import type { BlobDestination } from "./blob-destination";
import type { BlobSource } from "./blob-source";
import type { CopyOptions } from "./copy-options";

/**
 * Configuration of a `BlobCopy`. Strings may be Terraform values (tokens).
 *
 * The blob is copied again when an option changes that decides *whether the destination is as
 * declared*: source, destination, metadata, tags, content headers, access tier, overwrite, method,
 * conditions and `copyTriggers`. A change of an option that only decides *how the copy is done*
 * does not copy again: credentials, `timeout`, `wait`, `rollback`, `sourceGuard`, the rehydrate
 * priority, `destinationLeaseId`.
 */
export interface BlobCopyConfig extends CopyOptions {
  /** Source of the copy. */
  readonly source: BlobSource;
  /** Destination of the copy. */
  readonly destination: BlobDestination;

  /**
   * Makes the deploy wait for the end of the copy. With `false` an asynchronous copy may stay
   * pending: `copyStatus` then reports that, nothing is rolled back later, and a destroy aborts a
   * copy that is still pending.
   * @default true
   */
  readonly wait?: boolean;
  /**
   * Time limit for the whole copy, including the wait, in hours, minutes and seconds, such as
   * `2h30m` or `90s`. The range is 1 second to 14 days (`336h`), after which the service itself
   * gives up a pending copy. When the limit expires, the copy is aborted and rolled back, and the
   * program ends with exit code 124.
   * @default "1h"
   */
  readonly timeout?: string;
  /**
   * Treatment of the destination when the copy does not finish.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;

  /**
   * Values that cause a new copy when they change, such as the source's ETag as an attribute of
   * another resource. They are kept in state.
   * @default - only a change of the declaration copies again
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * Policy for copying an unchanged declaration again. Terraform compares declarations, not blobs.
   * A destination that was deleted by hand, or a source with new content, is noticed only with
   * `EVERY_DEPLOY`, or when `copyTriggers` change. With `EVERY_DEPLOY`, resources that use an
   * attribute are planned to change in each deploy.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * Treatment of the destination at `destroy`. `DELETE` deletes the blob only if this resource
   * copied it and it has not changed since then. It does not act when the construct is removed from
   * the code, because Terraform drops the provisioner with its block. Destroy the resource
   * `<id>_destroy` first (`terraform destroy -target`), and then remove the construct.
   * @default DestroyPolicy.RETAIN
   */
  readonly onDestroy?: DestroyPolicy;

  /**
   * Constructs that must exist before the copy starts, in addition to those that its values refer
   * to.
   * @default - no others
   */
  readonly dependsOn?: ITerraformDependable[];
  /**
   * Makes one copy per element of an iterator. Source and destination then use `iterator.key` or
   * `iterator.value`, and every attribute is a map from the element's key to the value.
   * @default - one copy
   */
  readonly forEach?: ITerraformIterator;
}
