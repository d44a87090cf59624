import * as fs from "node:fs";
import * as path from "node:path";
import { AssetHashType, DockerImage, Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IGrantable, IPrincipal } from "aws-cdk-lib/aws-iam";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunctionResource, Runtime } from "aws-cdk-lib/aws-lambda";
import type { AssetOptions } from "aws-cdk-lib/aws-s3-assets";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Provider } from "aws-cdk-lib/custom-resources";
import { idOf, scopeOf } from "../../shapes/ids";
import { Construct, type IConstruct } from "constructs";
import { type BlobCopyProviderProps, providerOptions } from "./provider-options";

const CONSTRUCT_ID = "AzureBlobCopyProvider";
/**
 * A library may bring its own copy of this package. The shared symbol lets its copies and the app's
 * use the one provider of their stack.
 */
const KEY = Symbol.for("cdktf-azure-blob-copy/provider");
/** Context key that points at another build of the handlers. */
const DIST_CONTEXT_KEY = "cdktf-azure-blob-copy/dist";
/** Below the compiled files (`dist/cdktf/lib/aws-cdk/provider`), and below the sources. */
const DIST_FOLDERS = [path.join(__dirname, "../../../.."), path.join(__dirname, "../../../dist")];
/** Files of a function; the last one is shared with the provisioner program. */
const HANDLER_FILES = ["lambda/index.js", "lambda/federation.js", "program/identity.js"];

const FUNCTION_MINUTES = 14;
const QUERY_SECONDS = 10;

/**
 * Runs the copies of a stack, with functions, a table in which they record their work, and a waiter
 * for copies in progress. Each stack has one provider, which its first copy creates. Create it
 * yourself before that copy to set its options.
 */
export class BlobCopyProvider extends Construct implements IGrantable {
  /** Returns the provider of the scope's stack, and creates it if the stack does not have one. */
  static of(scope: Construct): BlobCopyProvider {
    const stack = Stack.of(scope);
    // A provider in a nested stack belongs to that stack: it is deleted with it, and CloudFormation
    // never changes the provider of a resource.
    const isOfStack = (construct: IConstruct) => isProvider(construct) && Stack.of(construct) === stack;
    const found = stack.node.tryFindChild(CONSTRUCT_ID) ?? stack.node.findAll().find(isOfStack);
    return isProvider(found) ? found : new BlobCopyProvider(stack, CONSTRUCT_ID);
  }

  /** Role of the function that copies. Microsoft Entra ID must trust this role. */
  readonly role: Role;
  /**
   * Principal for further permissions that a copy needs, such as the use of the key that encrypts a
   * secret.
   */
  readonly grantPrincipal: IPrincipal;
  private readonly token: string;
  private isUsed = false;

  constructor(scope: Construct, id: string, props: BlobCopyProviderProps = {}) {
    super(scopeOf(scope, "BlobCopyProvider", Stack), idOf(scope, id, "BlobCopyProvider"));
    Object.defineProperty(this, KEY, { value: true });
    const { options, problems } = providerOptions(props);
    if (problems.length > 0) this.node.addValidation({ validate: () => [...problems] });
    const { vpc, vpcSubnets, securityGroups, memorySize = 512, runtime = Runtime.NODEJS_22_X } = options;
    const logGroup =
      options.logGroup ?? new LogGroup(this, "Log", { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    const table = new Table(this, "Records", {
      partitionKey: { name: "place", type: AttributeType.STRING },
      sortKey: { name: "resource", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expires",
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      ...(vpc === undefined
        ? {}
        : { managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSLambdaVPCAccessExecutionRole")] }),
    });
    this.grantPrincipal = this.role;
    logGroup.grantWrite(this.role);
    table.grant(this.role, "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:Scan");
    const stacks = stacksOf(this);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents"],
        resources: stacks.map(({ stackId }) => stackId),
      }),
    );
    const network = { ...(vpc && { vpc }), ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
    const code = this.handlers();
    const handler = (name: string, entry: string, description: string) =>
      new LambdaFunctionResource(this, name, {
        description,
        runtime,
        code,
        handler: `index.${entry}`,
        timeout: Duration.minutes(FUNCTION_MINUTES),
        memorySize,
        role: this.role,
        logGroup,
        environment: { BLOB_COPY_TABLE: table.tableName },
        ...network,
      });
    const settle = handler("Settle", "settle", "Removes what a rollback would have needed, when the stack is deployed");
    const provider = new Provider(this, "Provider", {
      onEventHandler: handler("OnEvent", "onEvent", "Takes requests for copies to Azure Blob Storage"),
      isCompleteHandler: handler("IsComplete", "isComplete", "Copies to Azure Blob Storage"),
      queryInterval: Duration.seconds(QUERY_SECONDS),
      totalTimeout: Duration.hours(1),
      logGroup,
      disableWaiterStateMachineLogging: true,
      ...network,
    });
    const root = stacks.at(-1) ?? Stack.of(this);
    new Rule(this, "Deployed", {
      description: "A run of the stack is over: nothing of it will be rolled back any more",
      eventPattern: {
        source: ["aws.cloudformation"],
        detailType: ["CloudFormation Stack Status Change"],
        detail: {
          "stack-id": [root.stackId],
          "status-details": { status: ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"] },
        },
      },
      targets: [new LambdaFunction(settle)],
    });
    this.token = provider.serviceToken;
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** Service token for the custom resources. */
  get serviceToken(): string {
    this.isUsed = true;
    return this.token;
  }

  /** Copies do not use a provider that is made too late, so all of its options would be lost. */
  private problems(): string[] {
    const ofFirstCopy = Stack.of(this).node.tryFindChild(CONSTRUCT_ID);
    if (this.isUsed || ofFirstCopy === undefined || ofFirstCopy === this) return [];
    return [
      `the first copy of its stack had already created a provider (${ofFirstCopy.node.path}), so no copy uses this one; make it before the first copy, or give it to copies as provider.`,
    ];
  }

  private handlers(): Code {
    const injected: unknown = this.node.tryGetContext(DIST_CONTEXT_KEY);
    const folders = typeof injected === "string" ? [injected] : DIST_FOLDERS;
    const folder = folders.find((candidate) => HANDLER_FILES.every((file) => fs.existsSync(path.join(candidate, file))));
    if (folder !== undefined)
      return Code.fromAsset(path.join(folder, "lambda"), staged(HANDLER_FILES.map((file) => path.join(folder, file))));
    this.node.addValidation({
      validate: () => [
        `the handlers are not in ${folders.join(" or ")}: reinstall cdktf-azure-blob-copy, or build it with "npm run build".`,
      ],
    });
    return Code.fromInline("// not built");
  }
}

function isProvider(construct: IConstruct | undefined): construct is BlobCopyProvider {
  return construct !== undefined && KEY in construct;
}

/**
 * Copies the files into the asset. The framework calls this bundling, but it does not need a
 * container.
 */
function staged(files: readonly string[]): AssetOptions {
  return {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("scratch"),
      local: {
        tryBundle: (folder) => {
          for (const file of files) fs.copyFileSync(file, path.join(folder, path.basename(file)));
          return true;
        },
      },
    },
  };
}

/** Returns the stack of a construct and the stacks that it is nested in, outermost last. */
function stacksOf(scope: Construct): Stack[] {
  const stacks = [Stack.of(scope)];
  for (let [stack] = stacks; stack?.nestedStackParent !== undefined; stack = stack.nestedStackParent) stacks.push(stack.nestedStackParent);
  return stacks;
}
