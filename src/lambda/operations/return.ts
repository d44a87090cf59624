import type { Receipt } from "../../intent";
import { copy } from "./copy";
import type { Invocation } from "./invocation";
import { rollBack } from "./rolling-back";

/** Rolls an update back: undoes its work, and restores the copy that was declared before. */
export async function goBack(invocation: Invocation): Promise<Receipt | undefined> {
  const { record, declared, save } = invocation;
  const { undoable, current: made } = record();
  // The update was lost before it began: the work that could be undone belongs to an earlier run of
  // the stack, and stays.
  const isAsDeclared = made?.requestId === undoable?.requestId && made?.fingerprint === declared.fingerprint;
  // Undoes only the work of another request: this one may itself have had to copy.
  if (!isAsDeclared && undoable?.requestId !== record().operation.requestId)
    await rollBack(invocation, "CloudFormation rolls the update back");
  const { current, previous } = record();
  const standing = [current, previous].find((other) => other?.fingerprint === declared.fingerprint);
  if (standing === undefined) return copy(invocation);
  await save({ current: standing, previous: undefined });
  return standing.receipt;
}
