import type { Clock } from "../ports/clock";

/**
 * A late range would spoil a blob that was put back, so ranges in flight are waited for. Most take
 * less than a second.
 */
export const RANGE_GRACE_MILLISECONDS = 2_000;

/** Only the service knows whether a hold or a policy is set, and either would block the restore. */
export const PROTECTION_GRACE_MILLISECONDS = 5_000;

/**
 * Sends a request that is not cut off at once, so that it takes effect before anything is undone,
 * not afterwards. Once `stop` is aborted, the request has `graceMilliseconds` left, and is then cut
 * off.
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
 * Waits for a request that must not be cut off, because only its response shows whether it took
 * effect. Once `stop` is aborted, the response has `graceMilliseconds` left; without a response the
 * promise rejects with the stop's reason.
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
    // Nearly every request passes here. Making a signal and its error takes longer than all the
    // rest, so it is done only when needed.
    if (stop.aborted) settled.abort();
    request.catch(() => undefined);
  }
}
