import { isConflict, isUnsure } from "../../../failure/service-codes";
import { ServiceError } from "../../../failure/service-error";
import type { MethodRun } from "./method-run";

/**
 * After the first write of a method has failed: returns what `find` reads of it, if the write took
 * effect after all. Otherwise rejects with `error`, and notes that nothing was touched where that
 * is certain.
 *
 * A refusal because of the destination's state can be the response to a second request, sent by an
 * intermediary or by our own retry: then the first request took effect. Our mark proves that, where
 * `find` succeeds; without a mark nothing does.
 */
export async function foundOrKeptOut<Found>(
  { isMarked, note }: Pick<MethodRun, "isMarked" | "note">,
  error: unknown,
  find: () => Promise<Found | undefined>,
): Promise<Found> {
  if (!(error instanceof ServiceError)) throw error;
  const isUnclear = isUnsure(error) || (isMarked && isConflict(error));
  const looked = isUnclear
    ? await find().then(
        (found) => ({ found }),
        () => undefined,
      )
    : undefined;
  if (looked?.found !== undefined) return looked.found;
  const isKeptOut = !isUnclear || (isMarked && looked !== undefined && isConflict(error));
  if (isKeptOut) await note({ touched: false });
  throw error;
}
