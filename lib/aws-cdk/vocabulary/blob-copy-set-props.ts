import type { Duration, RemovalPolicy } from "aws-cdk-lib";
import { COPY_OPTIONS, RecopyPolicy, RollbackPolicy } from "../../../src/intent";
import type { Shapes } from "../../shapes/shapes";
import type { CopyOptions } from "../../vocabulary/copy-options";
import type { BlobCopyProvider } from "../provider/blob-copy-provider";
import type { BlobDestinationPrefix, BlobSourcePrefix } from "./blob-prefix";

/**
 * Everything below the prefix `from`, copied to the prefix `to` with the options that are given here. Strings may be CloudFormation values
 * (tokens). It is all or nothing: when one copy fails, or CloudFormation rolls the stack back, all blobs become what they were before.
 */
export interface BlobCopySetProps extends CopyOptions {
  /** What is copied; made with `BlobSource.fromPrefix`. What is there is looked up when the set runs. */
  readonly from: BlobSourcePrefix;
  /** Where it goes; made with `BlobDestination.fromPrefix`. Another place is another resource to CloudFormation. */
  readonly to: BlobDestinationPrefix;
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
   * Deletes at the destination what this set copied earlier and `from` no longer has, once the stack is deployed; nothing else. Only with
   * something that runs the set again: `recopy: RecopyPolicy.EVERY_DEPLOY`, or `copyTriggers`.
   * @default false
   */
  readonly prune?: boolean;
  /**
   * Whether a run that finds nothing below `from` is right. Without it such a run fails, since a mistyped prefix or glob looks just the same.
   * @default false
   */
  readonly allowEmpty?: boolean;

  /**
   * Time for the whole set, waiting included: 1 second to 55 minutes. When it is over, the set is rolled back.
   * @default Duration.minutes(50)
   */
  readonly timeout?: Duration;
  /**
   * What happens to the destination when the set does not finish, or CloudFormation rolls the stack back.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;
  /**
   * Values whose change runs the set again. They are in the template.
   * @default - only a change of the declaration does
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * When an unchanged declaration is run again, to copy what has changed at the source. With `EVERY_DEPLOY` each synthesized template is
   * another one.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * What becomes of the blobs when the resource is removed: `DESTROY` deletes those that this set copied and nobody changed since.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * What runs the set.
   * @default - that of the stack, made when it is first needed
   */
  readonly provider?: BlobCopyProvider;
}

const ANY = { shape: "any" } as const;

export const BLOB_COPY_SET_PROPS: Shapes<BlobCopySetProps> = {
  of: "BlobCopySet",
  options: {
    from: ANY,
    to: ANY,
    include: { shape: "texts" },
    exclude: { shape: "texts" },
    rename: { shape: "map" },
    ...COPY_OPTIONS,
    prune: { shape: "boolean" },
    allowEmpty: { shape: "boolean" },
    timeout: { shape: "made", has: "toMilliseconds", by: "Duration, such as Duration.minutes(30)" },
    rollback: { shape: "enum", values: RollbackPolicy },
    copyTriggers: { shape: "map" },
    recopy: { shape: "enum", values: RecopyPolicy },
    removalPolicy: ANY,
    provider: { shape: "made", has: "serviceToken", by: "BlobCopyProvider" },
  },
  elsewhere: {
    copies: "a set of a stack has prefixes; give from and to, or declare a BlobCopy for each blob",
    source: "give from",
    destination: "give to",
    atomic: "a set of a stack always is all or nothing; remove it",
    maxFailures: "a set of a stack ends with the first failure; remove it",
    maxConcurrency: "a function copies 64 blobs at once; remove it",
    bandwidth: "a set of a stack has none; remove it",
    manifestOut: "no file stays in a function; the counts are attributes",
    report: "no file stays in a function; the counts are attributes",
    wait: "it is one of BlobCopy, and a set is always waited for",
    onDestroy: "AWS CDK's word is removalPolicy",
    dependsOn: "use set.node.addDependency(...)",
    forEach: "make a construct for each",
    credential: "it is one of from and of to, such as BlobSource.fromPrefix({ credential, … })",
  },
};
