import * as aws from "aws-cdk-lib";
import * as cdktf from "cdktf";
import * as cdktn from "cdktn";
import { Construct, type IConstruct } from "constructs";
import * as ofCdktf from "../../lib";
import * as ofAws from "../../lib/aws-cdk";

/**
 * The library for CDK Terrain: the same sources, with the other framework in place of cdktf, as the
 * build makes it.
 */
function libraryForCdktn(): typeof ofCdktf {
  let library: typeof ofCdktf | undefined;
  jest.isolateModules(() => {
    jest.doMock("cdktf", () => cdktn);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a require is isolated
    library = require("../../lib") as typeof ofCdktf;
  });
  jest.dontMock("cdktf");
  if (library === undefined) throw new Error("the library was not loaded again");
  return library;
}

/** The constructs as JavaScript sees them: a compiler would refuse the other framework's stack. */
type Make = new (scope: IConstruct, id: string, config: object) => unknown;

const ofCdktn = libraryForCdktn();
const TYPES = {
  cdktf: [ofCdktf.BlobCopy, ofCdktf.BlobCopySet],
  cdktn: [ofCdktn.BlobCopy, ofCdktn.BlobCopySet],
  aws: [ofAws.BlobCopy, ofAws.BlobCopySet, ofAws.BlobCopyProvider],
} as unknown as Record<Framework, readonly Make[]>;

const FRAMEWORKS = {
  cdktf: { tool: "CDK for Terraform (cdktf)", entry: "cdktf-azure-blob-copy", stack: () => new cdktf.TerraformStack(new cdktf.App(), "s") },
  cdktn: { tool: "CDK Terrain (cdktn)", entry: "cdktf-azure-blob-copy/cdktn", stack: () => new cdktn.TerraformStack(new cdktn.App(), "s") },
  aws: { tool: "AWS CDK (aws-cdk-lib)", entry: "cdktf-azure-blob-copy/aws-cdk", stack: () => new aws.Stack(new aws.App(), "s") },
};
type Framework = keyof typeof FRAMEWORKS;

const NAMES = Object.keys(FRAMEWORKS) as Framework[];
const PAIRS = NAMES.flatMap((ours) => NAMES.filter((theirs) => theirs !== ours).map((theirs) => [ours, theirs] as const));

test.each(PAIRS)("the constructs for %s in a stack of %s are refused in one line, with what to import", (ours, theirs) => {
  const [our, their] = [FRAMEWORKS[ours], FRAMEWORKS[theirs]];
  for (const type of TYPES[ours])
    for (const scope of [their.stack(), new Construct(their.stack(), "below")])
      expect(() => new type(scope, "copy", {})).toThrow(
        `[${scope.node.path}] ${type.name} of "${our.entry}" is for ${our.tool}, and this stack is one of ${their.tool}; import it from "${their.entry}".`,
      );
});

test.each(NAMES)("the constructs for %s take stacks of classes of the user's own", (name) => {
  const { stack } = FRAMEWORKS[name];
  const Type = stack().constructor as new (scope: IConstruct, id: string) => Construct;
  class Mine extends Type {}
  const [copy] = TYPES[name];
  if (copy === undefined) throw new Error("no construct");
  expect(() => new copy(new Mine(stack().node.root, "mine"), "copy", {})).not.toThrow();
});

test("a stack within one of another framework counts by itself", () => {
  const outer = FRAMEWORKS.aws.stack();
  const inner = new cdktf.TerraformStack(outer, "inner");
  expect(() => new ofCdktf.BlobCopy(inner, "copy", {} as never)).not.toThrow();
  expect(() => new ofAws.BlobCopy(inner, "copy", {} as never)).toThrow("this stack is one of CDK for Terraform (cdktf)");
});

test.each(NAMES)("the constructs for %s in no stack are refused in one line", (name) => {
  for (const type of TYPES[name])
    expect(() => new type(FRAMEWORKS[name].stack().node.root, "copy", {})).toThrow(
      `${type.name} must be in a stack of ${FRAMEWORKS[name].tool}, but its scope is not in one; give the stack, or a construct in it, as the first argument.`,
    );
});
