import { copy } from "./operations/copy";
import type { Invocation } from "./operations/invocation";
import { remove, undo } from "./operations/remove";
import { goBack } from "./operations/return";

/**
 * Does what the operation of a record asks for, as far as the time of the invocation reaches.
 *
 * @returns whether it is done
 */
export async function operate(invocation: Invocation): Promise<boolean> {
  switch (invocation.record().operation.kind) {
    case "copy":
      return (await copy(invocation)) !== undefined;
    case "return":
      return (await goBack(invocation)) !== undefined;
    case "undo":
      await undo(invocation);
      return true;
    case "remove":
      await remove(invocation);
      return true;
  }
}
