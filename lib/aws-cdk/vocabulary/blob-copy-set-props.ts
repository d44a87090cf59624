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
 * Properties of a `BlobCopySet`: many copies as one resource. Declare either `copies`, each with
 * its own options, or `from` and `to`, which copy everything below one prefix to another with the
 * options given here. Strings may be CloudFormation values (tokens). A set is all or nothing: when
 * one copy fails, or CloudFormation rolls the stack back, all blobs are restored to their earlier
 * state.
 *
 * The set runs again when an option changes that decides *whether the destinations are as
 * declared*, or when `result` is called with a new key. A run copies only blobs that are not
 * already equal.
 */
export interface BlobCopySetProps extends CopyOptions {
  /**
   * List of copies, up to 100,000 bytes in total: some 250 copies. A set with a list must not have
   * `from`, or options of a copy outside the list. A copy that is removed from the list leaves its
   * blob in place.
   * @default - `from` and `to`
   */
  readonly copies?: SetCopyProps[];
  /**
   * Prefix to copy everything from. It is made with `BlobSource.fromPrefix`, and its blobs are
   * listed when the set runs.
   * @default - `copies`
   */
  readonly from?: BlobSourcePrefix;
  /**
   * Prefix to copy everything to. It is made with `BlobDestination.fromPrefix`. A change of place
   * replaces the resource.
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
   * Deletes blobs at the destination that this set copied earlier and that `from` no longer
   * contains, once the stack is deployed. Other blobs are never deleted. It requires an option that
   * runs the set again: `recopy: RecopyPolicy.EVERY_DEPLOY`, or `copyTriggers`.
   * @default false
   */
  readonly prune?: boolean;
  /**
   * Accepts a run that finds nothing below `from`. Without this option such a run fails, because a
   * mistyped prefix or glob looks the same.
   * @default false
   */
  readonly allowEmpty?: boolean;
  /**
   * Maximum number of requests in flight. The actual number adapts to the service. At most 64 blobs
   * are copied at the same time.
   * @default 256
   */
  readonly maxConcurrency?: number;
  /**
   * Number of copies that may fail before the set stops starting new ones. The first failure still
   * fails the set, which is rolled back. A higher number lets one run report more of the problems.
   * @default 0
   */
  readonly maxFailures?: number;
  /**
   * Limit for the total size of the copies that are started in one second: a number and a unit,
   * such as `200MB/s` (200,000,000 bytes) or `1GiB/s` (1,073,741,824 bytes).
   * @default - no limit
   */
  readonly bandwidth?: string;

  /**
   * Time limit for the whole set, including the wait: 1 second to 55 minutes. When it expires, the
   * set is rolled back.
   * @default Duration.minutes(50)
   */
  readonly timeout?: Duration;
  /**
   * Treatment of the destination when the set does not finish, or CloudFormation rolls the stack
   * back.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;
  /**
   * Values that run the set again when they change. They are readable in the template.
   * @default - only a change of the declaration does
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * Policy for running an unchanged declaration again, which copies the blobs that have changed at
   * the source. With `EVERY_DEPLOY` every synthesized template is different.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * Treatment of the blobs when the resource is removed. `DESTROY` deletes the blobs that this set
   * copied and that have not changed since then, including blobs that were removed from its list or
   * not pruned.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Provider that runs the set.
   * @default - the provider of the stack, created when it is first needed
   */
  readonly provider?: BlobCopyProvider;
}

/** One copy of a `BlobCopySet`, with its own options. */
export interface SetCopyProps extends CopyOptions {
  /** Source of the copy. */
  readonly source: BlobSource;
  /** Destination of the copy. */
  readonly destination: BlobDestination;
  /**
   * Name of the copy in results and messages. It must be unique in its set, and known at synth.
   * @default - the name of the destination's blob, or its URL; the index in `copies` if only
   * CloudFormation knows it
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
    atomic: "a set in CloudFormation is always all or nothing; remove it",
    manifestOut: "a function does not keep files; counts and result(key) are attributes",
    report: "a function does not keep files; counts and result(key) are attributes",
    onDestroy: "in AWS CDK it is removalPolicy",
    dependsOn: "use set.node.addDependency(...)",
    forEach: "make a construct for each",
  },
};

const SET_COPY_PROPS: Shapes<SetCopyProps> = {
  of: "a copy of a set",
  options: { source: SIDE, destination: SIDE, ...COPY_OPTIONS, key: { shape: "text" } },
  elsewhere: noOptionInAList(["removalPolicy", "provider"]),
};

/** Returns the set and each of its copies in the shapes that the rest of the code relies on. */
export function wellFormedSet(given: unknown): WellFormedSet<BlobCopySetProps> {
  return wellFormedCopies(wellFormed(given, BLOB_COPY_SET_PROPS), SET_COPY_PROPS);
}
