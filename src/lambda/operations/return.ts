import type { Receipt } from "../../intent";
import { copy } from "./copy";
import type { Invocation } from "./invocation";
import { rollBack } from "./rolling-back";

/** An update is rolled back: what it did is undone, and what was declared before it stands again. */
export async function goBack(invocation: Invocation): Promise<Receipt | undefined> {
  const { record, declared, save } = invocation;
  const { undoable, current: made } = record();
  // The update was lost before it had begun: what is to be undone is of an earlier run of the stack, and stands.
  const isAsDeclared = made?.requestId === undoable?.requestId && made?.fingerprint === declared.fingerprint;
  // Of another request than this one, which may itself have had to copy.
  if (!isAsDeclared && undoable?.requestId !== record().operation.requestId)
    await rollBack(invocation, "CloudFormation rolls the update back");
  const { current, previous } = record();
  const standing = [current, previous].find((other) => other?.fingerprint === declared.fingerprint);
  if (standing === undefined) return copy(invocation);
  await save({ current: standing, previous: undefined });
  return standing.receipt;
}
