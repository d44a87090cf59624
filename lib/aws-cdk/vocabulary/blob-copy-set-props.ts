import type { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { COPY_OPTIONS, RecopyPolicy, RollbackPolicy } from "../../../src/intent";
import { wellFormedCopies, type WellFormedSet } from "../../shapes/copies";
import { NO_OPTION_OF_A_SET, noOptionInAList } from "../../shapes/elsewhere";
import { type Shapes, wellFormed } from "../../shapes/shapes";
import type { CopyOptions } from "../../vocabulary/copy-options";
import type { BlobCopyProvider } from "../provider/blob-copy-provider";
import type { BlobDestination } from "./blob-destination";
import type { BlobDestinationPrefix, BlobSourcePrefix } from "./blob-prefix";
import type { BlobSource } from "./blob-source";
import { CREDENTIAL } from "./places";

/**
 * Many copies as one resource: either `copies`, each with its own options, or everything below the prefix `from` to the prefix `to`, with the
 * options that are given here. Strings may be CloudFormation values (tokens). It is all or nothing: when one copy fails, or CloudFormation
 * rolls the stack back, all blobs become what they were before.
 *
 * A change of what decides *whether the destinations are what was declared* runs the set again, which copies what is not equal already, and
 * so does another key that `result` is asked for.
 */
export interface BlobCopySetProps extends CopyOptions {
  /**
   * The copies one by one, as many as fit into 100,000 bytes: some 250; not together with `from`, and then no option of a copy beside them.
   * What is taken off the list stays where it was copied.
   * @default - `from` and `to`
   */
  readonly copies?: SetCopyProps[];
  /**
   * Copies everything below a prefix; made with `BlobSource.fromPrefix`. What is there is looked up when the set runs.
   * @default - `copies`
   */
  readonly from?: BlobSourcePrefix;
  /**
   * Where everything below the prefix goes; made with `BlobDestination.fromPrefix`. Another place is another resource to CloudFormation.
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
   * Most requests in flight; how many there are follows the service. At most 64 blobs are copied at once.
   * @default 256
   */
  readonly maxConcurrency?: number;
  /**
   * How many copies may fail before no further one is started. The set fails with the first one all the same, and nothing of it stays; with
   * more of them, one run tells of all that is wrong.
   * @default 0
   */
  readonly maxFailures?: number;
  /**
   * Bytes that copies may be started for in a second: a number and a unit such as `200MB/s` (200,000,000 bytes) or `1GiB/s`
   * (1,073,741,824 bytes).
   * @default - no limit
   */
  readonly bandwidth?: string;

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
   * What becomes of the blobs when the resource is removed: `DESTROY` deletes those that this set copied and nobody changed since, also
   * what is off its list, or was not pruned.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * What runs the set.
   * @default - that of the stack, made when it is first needed
   */
  readonly provider?: BlobCopyProvider;
}

/** One copy of a `BlobCopySet`, with its own options. */
export interface SetCopyProps extends CopyOptions {
  /** What is copied. */
  readonly source: BlobSource;
  /** Where it is copied to. */
  readonly destination: BlobDestination;
  /**
   * Names the copy in results and in messages; unique in its set, and known at synth.
   * @default - the name of the destination's blob, or its URL; the index in `copies` where only CloudFormation knows it
   */
  readonly key?: string;
}

const ANY = { shape: "any" } as const;
const SIDE = { shape: "side", credential: CREDENTIAL } as const;

const BLOB_COPY_SET_PROPS: Shapes<BlobCopySetProps> = {
  of: "BlobCopySet",
  options: {
    copies: ANY,
    from: SIDE,
    to: SIDE,
    include: { shape: "texts" },
    exclude: { shape: "texts" },
    rename: { shape: "map" },
    ...COPY_OPTIONS,
    prune: { shape: "boolean" },
    allowEmpty: { shape: "boolean" },
    maxConcurrency: { shape: "number" },
    maxFailures: { shape: "number" },
    bandwidth: ANY,
    timeout: { shape: "made", has: ["toMilliseconds"], by: "Duration, such as Duration.minutes(30)" },
    rollback: { shape: "enum", values: RollbackPolicy },
    copyTriggers: { shape: "map" },
    recopy: { shape: "enum", values: RecopyPolicy },
    removalPolicy: ANY,
    provider: { shape: "made", has: ["serviceToken", "grantPrincipal"], by: "BlobCopyProvider" },
  },
  elsewhere: {
    ...NO_OPTION_OF_A_SET,
    atomic: "a set of a stack always is all or nothing; remove it",
    manifestOut: "no file stays in a function; counts and result(key) are attributes",
    report: "no file stays in a function; counts and result(key) are attributes",
    onDestroy: "AWS CDK's word is removalPolicy",
    dependsOn: "use set.node.addDependency(...)",
    forEach: "make a construct for each",
  },
};

const SET_COPY_PROPS: Shapes<SetCopyProps> = {
  of: "a copy of a set",
  options: { source: SIDE, destination: SIDE, ...COPY_OPTIONS, key: { shape: "text" } },
  elsewhere: noOptionInAList(["removalPolicy", "provider"]),
};

/** A set in the shapes that everything else relies on, with each of its copies. */
export function wellFormedSet(given: unknown): WellFormedSet<BlobCopySetProps> {
  return wellFormedCopies(wellFormed(given, BLOB_COPY_SET_PROPS), SET_COPY_PROPS);
}
