import type { CopyIntent, SetIntent } from "../intent";
import type { ResourceInvocation } from "./operations/invocation";
import type { Operations } from "./operations/operations";
import { OneCopy } from "./operations/one-copy";
import { CopySet } from "./sets/copy-set";

/**
 * Runs the operation of a record, for as long as the invocation has time.
 *
 * @returns whether it is done
 */
export async function operate(invocation: ResourceInvocation): Promise<boolean> {
  const operations = operationsOf(invocation);
  switch (invocation.record().operation.kind) {
    case "copy":
      return operations.copy();
    case "return":
      return operations.goBack();
    case "undo":
      return operations.undo();
    case "remove":
      return operations.remove();
  }
}

export function operationsOf(invocation: ResourceInvocation): Operations {
  const { intent } = invocation.declared;
  const [copy] = intent.copies;
  if (isSet(intent)) return new CopySet(invocation, intent);
  if (copy === undefined) throw new Error("the intent declares no copy");
  return new OneCopy({ ...invocation, copy });
}

function isSet(intent: CopyIntent): intent is SetIntent {
  return intent.set !== undefined;
}
