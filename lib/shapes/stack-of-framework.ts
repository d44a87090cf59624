import type { Construct } from "constructs";

/** A framework's class of stacks. */
export type StackType = { isStack(construct: unknown): boolean } & object;

interface Entry {
  readonly tool: string;
  /** Package that its users import. */
  readonly from: string;
}

/** Entry points, by the name that each framework writes on its class. */
const ENTRIES: Readonly<Record<string, Entry>> = {
  "cdktf.TerraformStack": { tool: "CDK for Terraform (cdktf)", from: "cdktf-azure-blob-copy" },
  "cdktn.TerraformStack": { tool: "CDK Terrain (cdktn)", from: "cdktf-azure-blob-copy/cdktn" },
  "aws-cdk-lib.Stack": { tool: "AWS CDK (aws-cdk-lib)", from: "cdktf-azure-blob-copy/aws-cdk" },
};

const RTTI = Symbol.for("jsii.rtti");

/**
 * Checks that a scope is in a stack of the construct's own framework. cdktf and cdktn accept each
 * other's stacks, and then fail far from the mistake, or not at all.
 *
 * @throws Error with the path of the scope
 */
export function checkStackOf(scope: Construct, of: string, type: StackType): void {
  const ours = entryOf(type);
  const { path, scopes } = scope.node;
  const stack = scopes.reverse().find((each) => type.isStack(each) || entryOf(each.constructor) !== undefined);
  const told = (what: string) => new Error(`${path === "" ? "" : `[${path}] `}${of} ${what}.`);
  if (stack === undefined)
    throw told(
      `must be in a stack${ours === undefined ? "" : ` of ${ours.tool}`}, but its scope is not in one; give the stack, or a construct in it, as the first argument`,
    );
  const theirs = entryOf(stack.constructor);
  if (ours !== undefined && theirs !== undefined && theirs !== ours)
    throw told(`of "${ours.from}" is for ${ours.tool}, and this stack is one of ${theirs.tool}; import it from "${theirs.from}"`);
}

/**
 * Returns undefined for a class of another framework. A class that a user derives belongs to the
 * framework of its base class.
 */
function entryOf(type: unknown): Entry | undefined {
  for (let each = type; typeof each === "function"; each = Object.getPrototypeOf(each)) {
    const written: unknown = Object.getOwnPropertyDescriptor(each, RTTI)?.value;
    const name: unknown = typeof written === "object" && written !== null ? Reflect.get(written, "fqn") : undefined;
    const entry = typeof name === "string" ? ENTRIES[name] : undefined;
    if (entry !== undefined) return entry;
  }
  return undefined;
}
