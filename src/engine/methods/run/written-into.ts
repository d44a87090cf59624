import { CopyLost } from "../../../failure/copy-failure";
import { isOtherState } from "../../../failure/service-codes";
import type { MethodRun } from "./method-run";

type Writing = Pick<MethodRun, "note" | "destination">;

/**
 * After a request that was tied to what this run had left: a clear refusal of it proves that somebody has written the destination since. Where
 * our mark is still on it, they have written into what we were writing, and that is theirs by now. Rejects with `error`.
 */
export async function noteIfWrittenInto({ note }: Pick<Writing, "note">, error: unknown): Promise<never> {
  if (isOtherState(error)) await note({ isWrittenInto: true });
  throw error;
}

/** The destination carries our mark, and is in a state that none of our requests has left. */
export async function writtenInto({ note, destination }: Writing): Promise<never> {
  await note({ isWrittenInto: true });
  throw CopyLost.because(`The copy to ${destination.url} is not complete`, "somebody has written into the destination while it was copied");
}
