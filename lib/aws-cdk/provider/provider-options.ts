import type { ISecurityGroup, IVpc, SubnetSelection } from "aws-cdk-lib/aws-ec2";
import { type Runtime, RuntimeFamily } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { describe, isUnknownNumber } from "../../framework/tokens";
import { type Shapes, type WellFormed, wellFormed } from "../../shapes/shapes";

/** Options of the functions that run the copies. */
export interface BlobCopyProviderProps {
  /**
   * Network that the functions run in. It needs routes to Azure, to Microsoft Entra ID, and to the
   * AWS services that the functions use.
   * @default - none
   */
  readonly vpc?: IVpc;
  /**
   * Subnets of `vpc` for the functions.
   * @default - CDK's default selection for functions
   */
  readonly vpcSubnets?: SubnetSelection;
  /**
   * Security groups of the functions in `vpc`.
   * @default - a new one
   */
  readonly securityGroups?: ISecurityGroup[];
  /**
   * Memory of the functions in MiB. The bytes of a copy do not pass through them.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Log group for the progress of copies.
   * @default - a new one, which keeps lines for a month
   */
  readonly logGroup?: ILogGroup;
  /**
   * Runtime of the functions: Node.js 22 or later.
   * @default Runtime.NODEJS_22_X
   */
  readonly runtime?: Runtime;
}

const SHAPES: Shapes<BlobCopyProviderProps> = {
  of: "BlobCopyProvider",
  options: {
    vpc: { shape: "made", has: ["selectSubnets"], by: "Vpc, such as Vpc.fromLookup(...)" },
    vpcSubnets: { shape: "any" },
    securityGroups: { shape: "list" },
    memorySize: { shape: "number" },
    logGroup: { shape: "made", has: ["grantWrite"], by: "LogGroup, such as LogGroup.fromLogGroupName(...)" },
    runtime: { shape: "made", has: ["family"], by: "Runtime, such as Runtime.NODEJS_22_X" },
  },
};

const MEMORY = { min: 128, max: 10_240 };
const OLDEST_NODE = 22;

/**
 * Returns the usable options of the functions, and the problems of the others, which are left out.
 */
export function providerOptions(given: unknown): WellFormed<BlobCopyProviderProps> {
  const { options, problems } = wellFormed(given, SHAPES);
  const { vpc, vpcSubnets, securityGroups, memorySize, runtime, ...rest } = options;
  const found = [...problems];
  const isMemory = memorySize === undefined || isUnknownNumber(memorySize) || isMemorySize(memorySize);
  if (!isMemory) found.push(`memorySize must be a whole number from ${MEMORY.min} to ${MEMORY.max}, got ${describe(memorySize)}.`);
  const isNode = runtime === undefined || isRecentNode(runtime);
  if (!isNode)
    found.push(`runtime is ${runtime.name}, but the functions need Node.js ${OLDEST_NODE} or later; give such a runtime, or leave it out.`);
  const network = vpc === undefined ? {} : { vpc, ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
  if (vpc === undefined && problems.length === 0)
    for (const [name, value] of Object.entries({ vpcSubnets, securityGroups }))
      if (value !== undefined) found.push(`${name} are given without vpc; give the vpc that they belong to, or leave them out.`);
  return {
    options: { ...rest, ...network, ...(isMemory && memorySize !== undefined && { memorySize }), ...(isNode && runtime && { runtime }) },
    problems: found,
  };
}

function isMemorySize(memorySize: number): boolean {
  return Number.isInteger(memorySize) && memorySize >= MEMORY.min && memorySize <= MEMORY.max;
}

function isRecentNode({ family, name }: Runtime): boolean {
  const version = Number(/^nodejs(\d+)/.exec(name)?.[1]);
  // A runtime with another form of name is newer, such as nodejs.x.
  return family === RuntimeFamily.NODEJS && (Number.isNaN(version) || version >= OLDEST_NODE);
}
