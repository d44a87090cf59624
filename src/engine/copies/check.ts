import type { CopyIntent } from "../../intent";
import { type CheckContext, type CheckedPart, checkCopy } from "../plan/check-copy";

/** Each copy of the intent, one after the other. Changes nothing. */
export async function* checkCopies(intent: CopyIntent, context: CheckContext): AsyncGenerator<CheckedPart> {
  for (const declaration of intent.copies) yield* checkCopy(declaration, context);
}
