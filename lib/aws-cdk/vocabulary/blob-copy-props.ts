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
 * One declared copy. Strings may be CloudFormation values (tokens).
 *
 * What decides *whether the destination is what was declared* copies again when it changes: source, destination, metadata, tags, content
 * headers, access tier, overwrite, method, conditions and `copyTriggers`. What only decides *how it is done* does not.
 */
export interface BlobCopyProps extends CopyOptions {
  /** What is copied. */
  readonly source: BlobSource;
  /** Where it is copied to. Another place is another resource to CloudFormation: the new one is made, and then the old one removed. */
  readonly destination: BlobDestination;

  /**
   * Whether the deployment waits for the end of the copy. With `false` an asynchronous copy may stay pending: `copyStatus` then says so, and
   * a deployment with `true` waits for that same copy. Needed for copies that take longer than CloudFormation waits for anything, an hour.
   * @default true
   */
  readonly wait?: boolean;
  /**
   * Time for the whole copy, waiting included: 1 second to 55 minutes. When it is over, the copy is aborted and rolled back.
   * @default Duration.minutes(50)
   */
  readonly timeout?: Duration;
  /**
   * What happens to the destination when the copy does not finish, or CloudFormation rolls the stack back.
   * @default RollbackPolicy.RESTORE
   */
  readonly rollback?: RollbackPolicy;
  /**
   * Values whose change copies again. They are in the template.
   * @default - only a change of the declaration copies again
   */
  readonly copyTriggers?: { readonly [name: string]: string };
  /**
   * When an unchanged declaration is copied again. With `EVERY_DEPLOY` each synthesized template is another one.
   * @default RecopyPolicy.ON_INTENT_CHANGE
   */
  readonly recopy?: RecopyPolicy;
  /**
   * What becomes of the blob when the resource is removed: `DESTROY` deletes it, if this resource copied it and nobody changed it since.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * What runs the copy.
   * @default - that of the stack, made when it is first needed
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
    onDestroy: "AWS CDK's word is removalPolicy",
    dependsOn: "use copy.node.addDependency(...)",
    forEach: "make a construct for each",
  },
};
