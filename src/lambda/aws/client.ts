import { AwayForNow } from "../ports/away-for-now";

/**
 * For every client. A request that is throttled for longer than these tries is left to the next
 * invocation.
 */
export const MAX_ATTEMPTS = 6;

/** Rejection of the SDK's clients, with the fields that are read here. */
interface ServiceException {
  readonly name?: unknown;
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/**
 * Runs a request. If AWS cannot answer at the moment, rejects with {@link AwayForNow}.
 *
 * @param what the failure, in one sentence
 */
export async function asked<Result>(what: string, request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    throw isPassing(error) ? new AwayForNow(what, error) : error;
  }
}

function isPassing(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name, $retryable, $metadata } = error as ServiceException;
  const status = typeof $metadata?.httpStatusCode === "number" ? $metadata.httpStatusCode : undefined;
  if ($retryable !== undefined || status === 429 || (status !== undefined && status >= 500)) return true;
  // A request without a response has no status.
  return (status === undefined && $metadata !== undefined) || /Throttl|TooManyRequests|RequestLimit|Timeout/.test(String(name));
}
