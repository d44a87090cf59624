import type { ITerraformDependable } from "cdktf";
import type { DestroyPolicy, RecopyPolicy, RollbackPolicy } from "../../src/intent";
import type { BlobDestinationPrefix, BlobSourcePrefix } from "./blob-prefix";
import type { CopyOptions } from "./copy-options";
import type { SetCopyConfig } from "./set-copy-config";

/**
 * Many copies as one resource: either `copies`, each with its own options, or everything below the prefix `from` to the prefix
 * `to`, with the options that are given here. Strings may be Terraform values (tokens).
 *
 * A change of what decides *whether the destinations are what was declared* runs the set again, which copies what is not equal
 * already: copies or prefixes, `include`, `exclude`, `rename`, `prune`, the options of copies as for a `BlobCopy`, `copyTriggers`, and
 * the keys that `result` is asked for. A change of how it is done does not: credentials, `atomic`, limits, files, `timeout`, `rollback`.
 */
export interface BlobCopySetConfig extends CopyOptions {
  /**
   * The copies one by one, 20,000 and more. Not together with `from`, and then no option of a copy beside them. At most 1,000 different
   * Terraform values may occur in them.
   * @default - `from` and `to`
   */
  readonly copies?: SetCopyConfig[];
  /**
   * Copies everything below a prefix, made with `BlobSource.fromPrefix`. What is there is looked up when the set runs.
   * @default - `copies`
   */
  readonly from?: BlobSourcePrefix;
  /**
   * Where everything below the prefix goes, made with `BlobDestination.fromPrefix`.
   * @default - `copies`
   */
  readonly to?: BlobDestinationPrefix;
  /**
   * Globs of what is copied, over names relative to `from`: `*` within a segment, `**` across segments, `?`, `{a,b}`.
   * @default - everything
   */
  readonly include?: string[];
  /**
   * Globs of what is left out, even when it is included.
   * @default - nothing
   */
  readonly exclude?: string[];
  /**
   * Names relative to `from`, to names relative to `to`. A key that ends in `/` renames everything below it, to a value that ends in
   * `/` or is empty; the longest key counts.
   * @default - every name stays
   */
  readonly rename?: { readonly [name: string]: string };

  /**
   * All or nothing: everything is staged first, and then committed. What was replaced is put back if a commit breaks.
   * @default false
   */
  readonly atomic?: boolean;
  /**
   * Deletes at the destination what this set copied earlier and `from` no longer has, and nothing else. Only with `from` and `to`, and only with
   * something that runs the set again: `recopy: RecopyPolicy.EVERY_DEPLOY`, or `copyTriggers`.
   * @default false
   */
  readonly prune?: boolean;
  /**
   * Whether a run that finds nothing below `from` is right. Without it such a run fails, since a mistyped prefix or glob looks just the same,
   * and with `prune` would empty the destination. Only with `from` and `to`.
   * @default false
   */
  readonly allowEmpty?: boolean;
  /**
   * Most requests in flight. How many there are follows the service.
   * @default 256
   */
  readonly maxConcurrency?: number;
  /**
   * How many copies may fail before no further one is started. The run fails with the first one all the same, and what was copied stays;
   * the next run goes on from there. With `atomic` the first failure ends the run.
   * @default 20, as many as are listed at the end of a run
   */
  readonly maxFailures?: number;
  /**
   * Bytes that copies may be started for in a second: a number and a unit such as `200MB/s` (200,000,000 bytes) or `1GiB/s`
   * (1,073,741,824 bytes).
   * @default - no limit
   */
  readonly bandwidth?: string;

  /**
   * File that is written with what happened to each blob, one JSON object a line: key, source, destination, status, ETag, version,
   * bytes, milliseconds, method. A relative path starts from the folder in which synth runs, the folder of the project.
   * @default - none
   */
  readonly manifestOut?: string;
  /**
   * HTML page that is written about the run, such as `copy-report.html`: one self-contained file with throughput, latencies, and the
   * slowest and the failed blobs. A relative path starts from the folder in which synth runs, the folder of the project.
   * @default - none
   */
  readonly report?: string;

  /**
   * Time for the whole set, in hours, minutes and seconds, such as `2h30m`: 1 second to 14 days (`336h`). When it is over, the copies
   * under way are aborted and rolled back, and the program ends with exit code 124.
   * @default "1h"
   */
  readonly timeout?: string;
  /**
   * What happens to the destination of a copy that does not finish.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;
  /**
   * Values whose change runs the set again. They are kept in state.
   * @default - only a change of the declaration does
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * When an unchanged declaration is run again, to copy what has changed at the source.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * What `destroy` does to the destination. `DELETE` deletes only what this set copied and nobody changed since; for that the set keeps an
   * inventory beside the blobs, as with `prune`. Of `copies` only where all destinations are in one container, made with `fromContainer`
   * and one credential. What was copied before the option was given stays.
   *
   * It does not act when the construct is removed from the code: Terraform drops the provisioner with its block. Destroy the
   * resource `<id>_destroy` first (`terraform destroy -target`), and then remove the construct.
   * @default DestroyPolicy.RETAIN
   */
  readonly onDestroy?: DestroyPolicy;
  /**
   * What must be there before the set starts, besides what its values already refer to.
   * @default - nothing else
   */
  readonly dependsOn?: ITerraformDependable[];
}
