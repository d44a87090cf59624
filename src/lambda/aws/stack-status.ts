import type { CloudFormationClient, StackEvent } from "@aws-sdk/client-cloudformation";
import type { StackStatus } from "../ports/surroundings";
import { asked, MAX_ATTEMPTS } from "./client";
import { loadCloudFormation } from "./load-clients";

const WHAT = "CloudFormation does not answer";
const makeClient = () => new (loadCloudFormation().CloudFormationClient)({ maxAttempts: MAX_ATTEMPTS });

/**
 * DescribeStacks. A nested stack is rolled back with the deployed root stack, so the status of the
 * root stack counts.
 */
export async function stackStatus(stackId: string, client = makeClient()): Promise<StackStatus> {
  return (await deployed(stackId, client)).StackStatus ?? "";
}

/**
 * DescribeStackEvents, newest first: how the last run that was not a deletion ended; empty if there
 * was none.
 */
export async function statusBefore(stackId: string, client = makeClient()): Promise<StackStatus> {
  for await (const { ResourceStatus = "" } of eventsOf(stackId, client))
    if (!/^DELETE_|_IN_PROGRESS$/.test(ResourceStatus)) return ResourceStatus;
  return "";
}

/**
 * DescribeStackEvents, newest first: when the current or last run began, in milliseconds since the
 * epoch; Infinity where the events do not show it.
 */
export async function runBegan(stackId: string, client = makeClient()): Promise<number> {
  for await (const { ResourceStatus = "", Timestamp } of eventsOf(stackId, client))
    if (/^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus)) return Timestamp?.getTime() ?? Infinity;
  return Infinity;
}

/** Events of the stack itself, newest first. */
async function* eventsOf(stackId: string, client: CloudFormationClient): AsyncIterable<StackEvent> {
  const { StackId = stackId } = await deployed(stackId, client);
  const { DescribeStackEventsCommand } = loadCloudFormation();
  for (let token: string | undefined; ;) {
    const page = { StackName: StackId, ...(token === undefined ? {} : { NextToken: token }) };
    const { StackEvents = [], NextToken } = await asked(WHAT, () => client.send(new DescribeStackEventsCommand(page)));
    for (const event of StackEvents) if (event.PhysicalResourceId === StackId) yield event;
    if (NextToken === undefined) return;
    token = NextToken;
  }
}

async function deployed(stackId: string, client: CloudFormationClient) {
  const stack = await describe(stackId, client);
  return stack.RootId === undefined || stack.RootId === stackId ? stack : describe(stack.RootId, client);
}

async function describe(stackId: string, client: CloudFormationClient) {
  const { DescribeStacksCommand } = loadCloudFormation();
  const { Stacks = [] } = await asked(WHAT, () => client.send(new DescribeStacksCommand({ StackName: stackId })));
  const [stack] = Stacks;
  if (stack === undefined) throw new Error(`CloudFormation knows no stack ${stackId}`);
  return stack;
}
