import type { ResourceRecord } from "./ports/record";
import type { Surroundings } from "./ports/surroundings";

/**
 * Whether the copy of a record was requested in the current run of its stack, or in its last one.
 */
export async function isOfThisRun(record: ResourceRecord | undefined, { runBegan }: Pick<Surroundings, "runBegan">): Promise<boolean> {
  if (record?.operation.kind !== "copy") return false;
  return record.operation.acceptedAt >= (await runBegan(record.stackId));
}
