import { App as AwsApp, Stack } from "aws-cdk-lib";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import * as lib from "../../lib";
import * as aws from "../../lib/aws-cdk";
import { testStack } from "./support/synthesized";

/** The constructs as JavaScript sees them: without a compiler that checks the arguments. */
type Make = new (scope: unknown, id: unknown, config?: unknown) => unknown;
const { BlobCopy, BlobCopySet } = lib as unknown as Record<"BlobCopy" | "BlobCopySet", Make>;
const AWS = aws as unknown as Record<"BlobCopy" | "BlobCopySet" | "BlobCopyProvider", Make>;

const NO_TEXT: [unknown, string][] = [
  [5, "5"],
  [undefined, "nothing"],
  [null, "null"],
  ["", '""'],
  [{}, "an object"],
];

describe("an id that is none is told with the path of its scope, for", () => {
  test.each([BlobCopy, BlobCopySet])("%p", (type) => {
    const stack = testStack();
    for (const [id, shown] of NO_TEXT)
      expect(() => new type(stack, id, {})).toThrow(
        `[stack] ${type.name} takes a text that is not empty as the id of the construct, got ${shown}; give it as the second argument.`,
      );
    const { stringValue } = new TerraformVariable(stack, "v", {});
    expect(() => new type(stack, `of-${stringValue}`, {})).toThrow(
      `[stack] ${type.name} takes an id that is known at synth, got "of-\${…}"; write one, and declare a BlobCopy with forEach for elements that only Terraform knows.`,
    );
    expect(() => new type(stack, "Default", {})).toThrow(
      `[stack] ${type.name} cannot have the id "Default" in a stack: the framework leaves this id out of names, so the name would be empty; give another id.`,
    );
  });

  test.each(Object.values({ copy: AWS.BlobCopy, set: AWS.BlobCopySet, provider: AWS.BlobCopyProvider }))("%p of AWS CDK", (type) => {
    const stack = new Stack(new AwsApp(), "Stack");
    for (const [id] of NO_TEXT)
      expect(() => new type(stack, id, {})).toThrow(`[Stack] ${type.name} takes a text that is not empty as the id`);
    expect(() => new type(stack, stack.stackName.replace("Stack", stack.stackId), {})).toThrow(
      `[Stack] ${type.name} takes an id that is known`,
    );
  });
});

test.each<[unknown, string]>([
  [undefined, "nothing"],
  [null, "null"],
  ["copy", '"copy"'],
  [{}, "an object"],
])("a scope that is none is told: %p", (scope, shown) => {
  const told = `takes the stack, or a construct in it, as its scope, got ${shown}; give it as the first argument.`;
  for (const type of [BlobCopy, BlobCopySet, AWS.BlobCopy, AWS.BlobCopySet, AWS.BlobCopyProvider])
    expect(() => new type(scope, "copy", {})).toThrow(`${type.name} ${told}`);
});

test("Default is an id below another construct", () => {
  const scope = new Construct(testStack(), "model");
  expect(new lib.BlobCopy(scope, "Default", {} as never).friendlyUniqueId).toBe("model");
});
