/** Time, as the engine reads it. Tests use a clock that they move themselves. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout fires at once beyond 2^31-1 ms, which is 24 days. Many a SAS lives longer. */
const MAX_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      let timer: NodeJS.Timeout;
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const wait = (remaining: number) => {
        timer = setTimeout(
          () => {
            if (remaining > MAX_TIMER) return wait(remaining - MAX_TIMER);
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
          Math.min(remaining, MAX_TIMER),
        );
      };
      wait(milliseconds);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};
