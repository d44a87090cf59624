import type { ResourceRecord } from "./ports/record";
import type { Surroundings } from "./ports/surroundings";

/** Whether the copy of a record was asked for since the run of its stack began that goes on, or was the last. */
export async function isOfThisRun(record: ResourceRecord | undefined, { runBegan }: Pick<Surroundings, "runBegan">): Promise<boolean> {
  if (record?.operation.kind !== "copy") return false;
  return record.operation.acceptedAt >= (await runBegan(record.stackId));
}
