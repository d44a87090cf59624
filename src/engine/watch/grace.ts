import type { Clock } from "../ports/clock";

/** A range that lands on what was put back would spoil it, so those under way are waited for; most take less than a second. */
export const RANGE_GRACE_MILLISECONDS = 2_000;

/** Nobody but the service knows whether a hold or a policy is set, and it would keep out what puts the blob back. */
export const PROTECTION_GRACE_MILLISECONDS = 5_000;

/**
 * Makes a request that is not to be cut off at once: it takes effect or not before anything is undone, rather than after.
 * Once `stop` is aborted it has `graceMilliseconds` left, and is cut off then.
 */
export async function withGrace<Answer>(
  send: (signal: AbortSignal) => Promise<Answer>,
  stop: AbortSignal,
  graceMilliseconds: number,
  clock: Clock,
): Promise<Answer> {
  const dropped = new AbortController();
  try {
    return await answerOf(send(dropped.signal), stop, graceMilliseconds, clock);
  } catch (error) {
    dropped.abort();
    throw error;
  }
}

/**
 * Waits for a request that must not be cut off, because only its answer tells whether it took effect. Once `stop` is
 * aborted the answer has `graceMilliseconds` left; without one the promise rejects with the stop's reason.
 */
export async function answerOf<Answer>(
  request: Promise<Answer>,
  stop: AbortSignal,
  graceMilliseconds: number,
  clock: Clock,
): Promise<Answer> {
  const settled = new AbortController();
  let giveUp = (): void => undefined;
  const graceOver = new Promise<never>((_, reject) => {
    giveUp = () => {
      clock.sleep(graceMilliseconds, settled.signal).then(
        () => reject(stop.reason as Error),
        () => undefined,
      );
    };
  });
  if (stop.aborted) giveUp();
  else stop.addEventListener("abort", giveUp, { once: true });
  try {
    return await Promise.race([request, graceOver]);
  } finally {
    stop.removeEventListener("abort", giveUp);
    // Nearly each request comes by here: a signal, and the error that is its reason, take longer to make than all the rest.
    if (stop.aborted) settled.abort();
    request.catch(() => undefined);
  }
}
