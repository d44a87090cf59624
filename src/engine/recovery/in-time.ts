import { ServiceError } from "../../failure/service-error";
import { ABORTED, TIMED_OUT } from "../../failure/transient";
import type { Clock } from "../ports/clock";

/** How long one request may take, its tries together, that puts things in order while nothing else ends it. */
export const ORDERLY_MILLISECONDS = 20_000;

/** A request that a service which accepts and never answers does not hold up for long: cut off then, as one that timed out. */
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
    // Nobody reads why: without a reason Node makes an error for it, with a stack.
    over.abort("over");
  }
}
