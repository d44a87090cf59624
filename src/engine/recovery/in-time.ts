import { ServiceError } from "../../failure/service-error";
import { ABORTED, TIMED_OUT } from "../../failure/transient";
import type { Clock } from "../ports/clock";

/**
 * Time for one clean-up request, all its tries together: no deadline or cancel ends such a request.
 */
export const ORDERLY_MILLISECONDS = 20_000;

/**
 * Cuts a request off after {@link ORDERLY_MILLISECONDS}, so that a service that accepts requests
 * but never answers does not hold up the run. Such a request fails like one that timed out.
 */
export async function inTime<Result>(clock: Clock, request: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const cut = new AbortController();
  const over = new AbortController();
  clock.sleep(ORDERLY_MILLISECONDS, over.signal).then(
    () => cut.abort(),
    () => undefined,
  );
  try {
    return await request(cut.signal);
  } catch (error) {
    if (!cut.signal.aborted || !(error instanceof ServiceError) || error.code !== ABORTED) throw error;
    const { side, operation, url, status, outcomeUnknown } = error;
    throw new ServiceError({
      ...{ side, operation, url, status, outcomeUnknown },
      code: TIMED_OUT,
      message: `none within ${ORDERLY_MILLISECONDS / 1_000} s`,
    });
  } finally {
    // This reason is never read. Without it, Node would create an error with a stack.
    over.abort("over");
  }
}
