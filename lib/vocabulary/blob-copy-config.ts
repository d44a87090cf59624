import type { ITerraformDependable, ITerraformIterator } from "cdktf";
import type { DestroyPolicy, RecopyPolicy, RollbackPolicy } from "../../src/intent";
import type { BlobDestination } from "./blob-destination";
import type { BlobSource } from "./blob-source";
import type { CopyOptions } from "./copy-options";

/**
 * One declared copy. Strings may be Terraform values (tokens).
 *
 * What decides *whether the destination is what was declared* copies again when it changes: source, destination, metadata,
 * tags, content headers, access tier, overwrite, method, conditions and `copyTriggers`. What only decides *how it is done*
 * does not: credentials, `timeout`, `wait`, `rollback`, `sourceGuard`, the rehydrate priority,
 * `destinationLeaseId`.
 */
export interface BlobCopyConfig extends CopyOptions {
  /** What is copied. */
  readonly source: BlobSource;
  /** Where it is copied to. */
  readonly destination: BlobDestination;

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
   * When an unchanged declaration is copied again. Terraform compares declarations, not blobs: a destination that was deleted by hand, or a
   * source with new content, is noticed only with `EVERY_DEPLOY`, or with `copyTriggers` that change. With `EVERY_DEPLOY` what uses an
   * attribute is planned to change in each deploy.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * What `destroy` does to the destination. `DELETE` deletes only what this resource copied and nobody changed since.
   * It does not act when the construct is removed from the code: Terraform drops the provisioner with its block. Destroy the
   * resource `<id>_destroy` first (`terraform destroy -target`), and then remove the construct.
   * @default DestroyPolicy.RETAIN
   */
  readonly onDestroy?: DestroyPolicy;

  /**
   * What must be there before the copy starts, besides what its values already refer to.
   * @default - nothing else
   */
  readonly dependsOn?: ITerraformDependable[];
  /**
   * Makes one copy per element of an iterator. Source and destination then use `iterator.key` or `iterator.value`, and every
   * attribute is a map from the element's key to the value.
   * @default - one copy
   */
  readonly forEach?: ITerraformIterator;
}
