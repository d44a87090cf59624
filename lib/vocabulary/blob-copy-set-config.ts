import type { ITerraformDependable } from "cdktf";
import type { DestroyPolicy, RecopyPolicy, RollbackPolicy } from "../../src/intent";
import type { BlobDestinationPrefix, BlobSourcePrefix } from "./blob-prefix";
import type { CopyOptions } from "./copy-options";
import type { SetCopyConfig } from "./set-copy-config";

/**
 * Configuration of a `BlobCopySet`: many copies as one resource. Declare either `copies`, each with
 * its own options, or `from` and `to`, which copy everything below one prefix to another with the
 * options given here. Strings may be Terraform values (tokens).
 *
 * The set runs again when an option changes that decides *whether the destinations are as
 * declared*: copies or prefixes, `include`, `exclude`, `rename`, `prune`, the options of copies as
 * for a `BlobCopy`, and `copyTriggers`. It also runs again when `result` is called with a new key.
 * A run copies only blobs that are not already equal. A change of an option that only decides how
 * the copies are done does not run the set again: credentials, `atomic`, limits, files, `timeout`,
 * `rollback`.
 */
export interface BlobCopySetConfig extends CopyOptions {
  /**
   * List of copies, for 20,000 and more. A set with a list must not have `from`, or options of a
   * copy outside the list. At most 1,000 different Terraform values may occur in it.
   * @default - `from` and `to`
   */
  readonly copies?: SetCopyConfig[];
  /**
   * Prefix to copy everything from. It is made with `BlobSource.fromPrefix`, and its blobs are
   * listed when the set runs.
   * @default - `copies`
   */
  readonly from?: BlobSourcePrefix;
  /**
   * Prefix to copy everything to. It is made with `BlobDestination.fromPrefix`.
   * @default - `copies`
   */
  readonly to?: BlobDestinationPrefix;
  /**
   * Globs of the blobs to copy, matched against names relative to `from`: `*` within a segment,
   * `**` across segments, `?`, `{a,b}`.
   * @default - everything
   */
  readonly include?: string[];
  /**
   * Globs of the blobs to leave out, even if `include` matches them.
   * @default - nothing
   */
  readonly exclude?: string[];
  /**
   * New names for blobs: each key is a name relative to `from`, each value a name relative to `to`.
   * A key that ends in `/` renames everything below it, to a value that ends in `/` or is empty.
   * The longest matching key applies.
   * @default - every name stays
   */
  readonly rename?: { readonly [name: string]: string };

  /**
   * Makes the set all or nothing: everything is staged first, and then committed. If a commit
   * fails, the replaced blobs are restored.
   * @default false
   */
  readonly atomic?: boolean;
  /**
   * Deletes blobs at the destination that this set copied earlier and that `from` no longer
   * contains. Other blobs are never deleted. It requires `from` and `to`, and an option that runs
   * the set again: `recopy: RecopyPolicy.EVERY_DEPLOY`, or `copyTriggers`.
   * @default false
   */
  readonly prune?: boolean;
  /**
   * Accepts a run that finds nothing below `from`. Without this option such a run fails, because a
   * mistyped prefix or glob looks the same, and with `prune` would empty the destination. It
   * requires `from` and `to`.
   * @default false
   */
  readonly allowEmpty?: boolean;
  /**
   * Maximum number of requests in flight. The actual number adapts to the service.
   * @default 256
   */
  readonly maxConcurrency?: number;
  /**
   * Number of copies that may fail before the set stops starting new ones. The first failure still
   * fails the run. Blobs that were copied stay, and the next run continues from there. With
   * `atomic`, the first failure ends the run.
   * @default 20, the number of failures that are listed at the end of a run
   */
  readonly maxFailures?: number;
  /**
   * Limit for the total size of the copies that are started in one second: a number and a unit,
   * such as `200MB/s` (200,000,000 bytes) or `1GiB/s` (1,073,741,824 bytes).
   * @default - no limit
   */
  readonly bandwidth?: string;

  /**
   * Path of a file for the outcome of each blob, one JSON object per line: key, source,
   * destination, status, ETag, version, bytes, milliseconds, method. A relative path starts from
   * the folder in which synth runs, the folder of the project.
   * @default - none
   */
  readonly manifestOut?: string;
  /**
   * Path of an HTML page about the run, such as `copy-report.html`: one self-contained file with
   * throughput, latencies, and the slowest and the failed blobs. A relative path starts from the
   * folder in which synth runs, the folder of the project.
   * @default - none
   */
  readonly report?: string;

  /**
   * Time limit for the whole set, in hours, minutes and seconds, such as `2h30m`: 1 second to 14
   * days (`336h`). When it expires, the copies in progress are aborted and rolled back, and the
   * program ends with exit code 124.
   * @default "1h"
   */
  readonly timeout?: string;
  /**
   * Treatment of the destination of a copy that does not finish.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;
  /**
   * Values that run the set again when they change. They are kept in state.
   * @default - only a change of the declaration does
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * Policy for running an unchanged declaration again, which copies the blobs that have changed at
   * the source.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * Treatment of the destination at `destroy`. `DELETE` deletes only blobs that this set copied and
   * that have not changed since then. For that, the set keeps an inventory beside the blobs, as
   * with `prune`. A list of `copies` can use `DELETE` only if all destinations are in one
   * container, made with `fromContainer` and one credential. Blobs that were copied before the
   * option was declared stay.
   *
   * It does not act when the construct is removed from the code, because Terraform drops the
   * provisioner with its block. Destroy the resource `<id>_destroy` first (`terraform destroy
   * -target`), and then remove the construct.
   * @default DestroyPolicy.RETAIN
   */
  readonly onDestroy?: DestroyPolicy;
  /**
   * Constructs that must exist before the set starts, in addition to those that its values refer
   * to.
   * @default - no others
   */
  readonly dependsOn?: ITerraformDependable[];
}
