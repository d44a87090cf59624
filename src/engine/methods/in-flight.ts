import type { Clock } from "../clock";

/**
 * Waits for a request that must not be cut off, because only its answer tells whether it took effect. Once `stop` is
 * aborted the answer has `graceMilliseconds` left; without one the promise rejects with the stop's reason.
 */
export async function answerOf<Answer>(request: Promise<Answer>, stop: AbortSignal, graceMilliseconds: number, clock: Clock): Promise<Answer> {
  const settled = new AbortController();
  const graceOver = new Promise<never>((_, reject) => {
    const giveUp = () => {
      clock.sleep(graceMilliseconds, settled.signal).then(
        () => reject(stop.reason as Error),
        () => undefined,
      );
    };
    if (stop.aborted) giveUp();
    else stop.addEventListener("abort", giveUp, { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([request, graceOver]);
  } finally {
    settled.abort();
    request.catch(() => undefined);
  }
}
