import type { CheckedPart } from "../../engine/check/checked-part";
import { printCheck } from "../../report/answers/check";
import type { TaskContext } from "./task";

/** Prints the results. Rejects with the first failure, which the caller prints last. */
export async function check(parts: AsyncIterable<CheckedPart>, context: Pick<TaskContext, "print" | "logFormat">): Promise<void> {
  const failure = await printCheck(parts, context);
  if (failure !== undefined) throw failure;
}
