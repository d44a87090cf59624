import { isUnsure } from "./service-codes";

/**
 * Called after a request whose response may be lost. `look` returns the request's effect, or
 * undefined if there was none. Rejects with `error` if that is a clear response. If `look` fails,
 * the result is undefined.
 */
export async function tookEffect<Found>(
  error: unknown,
  look: () => Promise<Found | undefined>,
  isUnclear: (error: unknown) => boolean = isUnsure,
): Promise<Found | undefined> {
  if (!isUnclear(error)) throw error;
  return look().catch(() => undefined);
}

/**
 * Like {@link tookEffect}, for a request that is not repeated: rejects with `error` if it had no
 * effect.
 */
export async function foundAfter<Found>(error: unknown, look: () => Promise<Found | undefined>): Promise<Found> {
  const found = await tookEffect(error, look);
  if (found === undefined) throw error;
  return found;
}
