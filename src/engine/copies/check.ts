import type { CopyIntent } from "../../intent";
import { type CheckContext, checkCopy } from "../check/check-copy";
import type { CheckedPart } from "../check/checked-part";

/** Checks each copy of the intent, one after the other. Changes nothing. */
export async function* checkCopies(intent: CopyIntent, context: CheckContext): AsyncGenerator<CheckedPart> {
  for (const declaration of intent.copies) yield* checkCopy(declaration, intent, context);
}
