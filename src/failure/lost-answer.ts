import { isUnsure } from "./service-codes";

/**
 * After a request whose answer was lost: `look` returns what the request left, or undefined when it left nothing.
 * Rejects with `error` when that is a clear answer. A look that fails tells nothing.
 */
export async function tookEffect<Found>(
  error: unknown,
  look: () => Promise<Found | undefined>,
  isUnclear: (error: unknown) => boolean = isUnsure,
): Promise<Found | undefined> {
  if (!isUnclear(error)) throw error;
  return look().catch(() => undefined);
}

/** As {@link tookEffect}, where the request is not made again: rejects with `error` when it left nothing. */
export async function foundAfter<Found>(error: unknown, look: () => Promise<Found | undefined>): Promise<Found> {
  const found = await tookEffect(error, look);
  if (found === undefined) throw error;
  return found;
}
