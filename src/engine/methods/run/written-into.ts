import { CopyLost } from "../../../failure/copy-failure";
import { tookEffect } from "../../../failure/lost-answer";
import { isOtherState, isUnsure } from "../../../failure/service-codes";
import type { MethodRun } from "./method-run";

type Writing = Pick<MethodRun, "note" | "destination">;

/**
 * After the failure of a request that was conditional on the state we had left. Returns what the
 * request made, if `find` reads exactly that: its response can be lost, or be the refusal of a
 * second request that an intermediary has sent. Otherwise a clear refusal proves that another
 * client has written the destination since then. If our mark is still on it, that client has
 * written into our unfinished blob, and the blob now belongs to that client. Rejects with `error`.
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

/** The destination carries our mark, but is in a state that none of our requests has left. */
export async function writtenInto({ note, destination }: Writing): Promise<never> {
  await note({ isWrittenInto: true });
  throw CopyLost.because(
    `The copy to ${destination.url} is not complete`,
    "another client has written into the destination while it was copied",
  );
}
