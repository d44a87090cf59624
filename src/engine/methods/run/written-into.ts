import { CopyLost } from "../../../failure/copy-failure";
import { tookEffect } from "../../../failure/lost-answer";
import { isOtherState, isUnsure } from "../../../failure/service-codes";
import type { MethodRun } from "./method-run";

type Writing = Pick<MethodRun, "note" | "destination">;

/**
 * After a request that was tied to what this run had left: what it made, if a look shows just that (`find`), since its answer can be lost, and
 * its refusal be that of a second one which something on the way has made of it. Else a clear refusal proves that somebody has written the
 * destination since. Where our mark is still on it, they have written into what we were writing, and that is theirs by now. Rejects with `error`.
 */
export async function foundOrWrittenInto<Found>(
  { note }: Pick<Writing, "note">,
  error: unknown,
  find: () => Promise<Found | undefined>,
): Promise<Found> {
  const found = await tookEffect(error, find, (failed) => isUnsure(failed) || isOtherState(failed));
  if (found !== undefined) return found;
  if (isOtherState(error)) await note({ isWrittenInto: true });
  throw error;
}

/** The destination carries our mark, and is in a state that none of our requests has left. */
export async function writtenInto({ note, destination }: Writing): Promise<never> {
  await note({ isWrittenInto: true });
  throw CopyLost.because(`The copy to ${destination.url} is not complete`, "somebody has written into the destination while it was copied");
}
