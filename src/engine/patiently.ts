import type { Clock } from "./clock";
import { ServiceError } from "./service-error";

/** How long a rollback goes on against a service or a network that does not answer. */
export const ROLLBACK_PATIENCE_MILLISECONDS = 9 * 60_000;

/** Repeats a request of a rollback while the network is gone or the service fails: giving up would leave things half-done. */
export async function patiently<Result>(clock: Clock, request: () => Promise<Result>): Promise<Result> {
  const giveUpAt = clock.now() + ROLLBACK_PATIENCE_MILLISECONDS;
  for (let pause = 100; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await request();
    } catch (error) {
      const passing =
        error instanceof ServiceError && (error.status === 0 || error.status >= 500 || error.status === 429 || error.status === 408);
      if (!passing || clock.now() + pause > giveUpAt) throw error;
    }
    await clock.sleep(pause);
  }
}
