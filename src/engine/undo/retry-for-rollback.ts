import type { Clock } from "../ports/clock";
import { isHeldByLease } from "../../failure/service-codes";
import { inTime } from "../recovery/in-time";
import { isTransient } from "../../failure/transient";
import { ServiceError } from "../../failure/service-error";

/** Time for which a rollback retries while the service or the network does not respond. */
export const MAX_ROLLBACK_RETRY_MILLISECONDS = 9 * 60_000;
/** A finite lease that another client has taken on the destination ends within a minute. */
const OTHERS_LEASE_MILLISECONDS = 75_000;

/**
 * Repeats a request of a rollback while the network or the service fails: giving up would leave the
 * destination half-restored.
 */
export async function retryForRollback<Result>(clock: Clock, request: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const startedAt = clock.now();
  for (let pause = 100; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await inTime(clock, request);
    } catch (error) {
      if (!(error instanceof ServiceError) || clock.now() + pause - startedAt > retryMilliseconds(error)) throw error;
    }
    await clock.sleep(pause);
  }
}

function retryMilliseconds(error: ServiceError): number {
  if (isTransient(error)) return MAX_ROLLBACK_RETRY_MILLISECONDS;
  return isHeldByLease(error) ? OTHERS_LEASE_MILLISECONDS : 0;
}
