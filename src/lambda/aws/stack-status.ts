import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { StackStatus } from "../ports/surroundings";
import { asked, MAX_ATTEMPTS } from "./client";

/** DescribeStacks. A nested stack is rolled back with the one that was deployed, whose status therefore counts. */
export async function stackStatus(stackId: string, client = new CloudFormationClient({ maxAttempts: MAX_ATTEMPTS })): Promise<StackStatus> {
  const stack = await describe(stackId, client);
  const root = stack.RootId === undefined || stack.RootId === stackId ? stack : await describe(stack.RootId, client);
  return root.StackStatus ?? "";
}

async function describe(stackId: string, client: CloudFormationClient) {
  const { Stacks = [] } = await asked("CloudFormation does not answer", () =>
    client.send(new DescribeStacksCommand({ StackName: stackId })),
  );
  const [stack] = Stacks;
  if (stack === undefined) throw new Error(`CloudFormation knows no stack ${stackId}`);
  return stack;
}
