import type { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { COPY_OPTIONS, RecopyPolicy, RollbackPolicy } from "../../../src/intent";
import { noOptionOfACopy } from "../../shapes/elsewhere";
import type { Shapes } from "../../shapes/shapes";
import type { CopyOptions } from "../../vocabulary/copy-options";
import type { BlobCopyProvider } from "../provider/blob-copy-provider";
import type { BlobDestination } from "./blob-destination";
import type { BlobSource } from "./blob-source";
import { CREDENTIAL } from "./places";

/**
 * Properties of a `BlobCopy`. Strings may be CloudFormation values (tokens).
 *
 * The blob is copied again when an option changes that decides *whether the destination is as
 * declared*: source, destination, metadata, tags, content headers, access tier, overwrite, method,
 * conditions and `copyTriggers`. A change of an option that only decides *how the copy is done*
 * does not copy again.
 */
export interface BlobCopyProps extends CopyOptions {
  /** Source of the copy. */
  readonly source: BlobSource;
  /**
   * Destination of the copy. A change of place replaces the resource: CloudFormation creates the
   * new one, and then removes the old one.
   */
  readonly destination: BlobDestination;

  /**
   * Makes the deployment wait for the end of the copy. With `false` an asynchronous copy may stay
   * pending: `copyStatus` then reports that, and a later deployment with `true` waits for that same
   * copy. `false` is needed for copies that take longer than one hour, CloudFormation's limit for a
   * resource.
   * @default true
   */
  readonly wait?: boolean;
  /**
   * Time limit for the whole copy, including the wait: 1 second to 55 minutes. When it expires, the
   * copy is aborted and rolled back.
   * @default Duration.minutes(50)
   */
  readonly timeout?: Duration;
  /**
   * Treatment of the destination when the copy does not finish, or CloudFormation rolls the stack
   * back.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;
  /**
   * Values that cause a new copy when they change. They are readable in the template.
   * @default - only a change of the declaration copies again
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * Policy for copying an unchanged declaration again. With `EVERY_DEPLOY` every synthesized
   * template is different.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * Treatment of the blob when the resource is removed. `DESTROY` deletes the blob if this resource
   * copied it and it has not changed since then.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Provider that runs the copy.
   * @default - the provider of the stack, created when it is first needed
   */
  readonly provider?: BlobCopyProvider;
}

const ANY = { shape: "any" } as const;
const SIDE = { shape: "side", credential: CREDENTIAL } as const;

export const BLOB_COPY_PROPS: Shapes<BlobCopyProps> = {
  of: "BlobCopy",
  options: {
    source: SIDE,
    destination: SIDE,
    ...COPY_OPTIONS,
    wait: { shape: "boolean" },
    timeout: { shape: "made", has: ["toMilliseconds"], by: "Duration, such as Duration.minutes(30)" },
    rollback: { shape: "enum", values: RollbackPolicy },
    copyTriggers: { shape: "map" },
    recopy: { shape: "enum", values: RecopyPolicy },
    removalPolicy: ANY,
    provider: { shape: "made", has: ["serviceToken", "grantPrincipal"], by: "BlobCopyProvider" },
  },
  elsewhere: {
    ...noOptionOfACopy([]),
    onDestroy: "in AWS CDK it is removalPolicy",
    dependsOn: "use copy.node.addDependency(...)",
    forEach: "make a construct for each",
  },
};
