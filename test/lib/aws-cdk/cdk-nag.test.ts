import { AwsSolutionsChecks } from "cdk-nag";
import { BlobDestination, Credential } from "../../../lib/aws-cdk";
import { copyIn, ENDPOINT, newStack } from "./app";

const PROVIDER = "Stack/AzureBlobCopyProvider";

/** Findings of AwsSolutions with their reasons, which docs/aws-cdk.md explains to users. */
const REASONS: readonly { readonly finding: RegExp; readonly at: RegExp; readonly reason: string }[] = [
  { finding: /^AwsSolutions-L1$/, at: /\/(Settle|OnEvent|IsComplete)\//, reason: "Node.js 22 is supported, and the runtime is an option" },
  { finding: /^AwsSolutions-IAM5\[Resource::\*\]$/, at: /\/Role\//, reason: "GetWebIdentityToken has no resource; conditions limit it" },
  { finding: /^AwsSolutions-IAM4\[.*AWSLambdaBasicExecutionRole\]$/, at: /\/Provider\/framework-/, reason: "the provider framework's own" },
  {
    finding: /^AwsSolutions-IAM5\[Resource::<\w+\.Arn>:\*\]$/,
    at: /\/Provider\//,
    reason: "the framework invokes any version of a function",
  },
  {
    finding: /^AwsSolutions-SF[12]$/,
    at: /\/waiter-state-machine\//,
    reason: "the framework's waiter; what it does is in the functions' log",
  },
];

describe("cdk-nag", () => {
  it("finds nothing in AwsSolutions but what has a reason", () => {
    const stack = newStack();
    copyIn(stack, {
      destination: BlobDestination.fromUrl(`${ENDPOINT}models/v3`, {
        credential: Credential.webIdentity({ tenantId: "t", clientId: "c" }),
      }),
    });

    const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = "" }) => ({ ruleName, constructPath })),
    );
    const ours = found.filter(({ constructPath }) => constructPath.startsWith(PROVIDER));
    const isExplained = (one: (typeof ours)[number]) =>
      REASONS.some(({ finding, at }) => finding.test(one.ruleName) && at.test(one.constructPath));
    expect(ours.filter((one) => !isExplained(one))).toEqual([]);
    expect(REASONS.filter(({ finding }) => !ours.some(({ ruleName }) => finding.test(ruleName)))).toEqual([]);
  });
});
