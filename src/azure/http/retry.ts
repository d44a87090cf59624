import type { ServiceError } from "../../failure/service-error";
import { isTransient } from "../../failure/transient";

/** Time limit and number of tries of a request. */
export interface RetryPolicy {
  /** Milliseconds for one try. */
  readonly timeout: number;
  readonly tries: number;
  /** Milliseconds before the second try; doubled for each later one. */
  readonly firstPause: number;
  readonly longestPause: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const RetryPolicy = {
  /** Reads and small writes. */
  SHORT: { timeout: 30 * SECOND, tries: 6, firstPause: 200, longestPause: 10 * SECOND },
  /** Writes that may take the service some time, although it moves no bytes. */
  MEDIUM: { timeout: 2 * MINUTE, tries: 6, firstPause: 200, longestPause: 10 * SECOND },
  /** The service moves bytes before it answers. */
  LONG: { timeout: 20 * MINUTE, tries: 6, firstPause: 200, longestPause: 10 * SECOND },
  /** The process may be killed at any moment. */
  URGENT: { timeout: 5 * SECOND, tries: 12, firstPause: 100, longestPause: 2 * SECOND },
} as const satisfies Record<string, RetryPolicy>;

/**
 * Milliseconds that all pauses of a request may take together, apart from those that a busy service
 * asks for.
 */
const MAX_WAIT = 30 * SECOND;
/** The same if the service answers that it is busy: an account can be at its limit for minutes. */
const MAX_WAIT_FOR_BUSY_SERVICE = 3 * MINUTE;

const BUSY_STATUS = new Set([429, 503]);
/** Decides after each failed try of one request whether and when it is made again. */
export class Retries {
  #tries = 0;
  #waited = 0;

  /**
   * `canBeEnded`: the run's timeout, for example, ends a wait, however long the service asks for.
   */
  constructor(
    private readonly retryPolicy: RetryPolicy,
    private readonly canBeEnded: boolean,
  ) {}

  /**
   * Milliseconds before the next try: at least `retryAfter`, which the service asked for (0: it did
   * not). Returns undefined if the request is not to be repeated.
   */
  pauseAfter(error: ServiceError, retryAfter: number): number | undefined {
    if (!isTransient(error)) return undefined;
    const { firstPause, longestPause, tries } = this.retryPolicy;
    const longest = Math.min(firstPause * 2 ** this.#tries++, longestPause);
    // Half of the pause is random, so that requests that failed together are not repeated together.
    const own = longest * (0.5 + Math.random() / 2);
    const isBusy = this.canBeEnded && BUSY_STATUS.has(error.status);
    if (isBusy && retryAfter > own) return retryAfter;
    const pause = Math.max(own, retryAfter);
    if (this.#waited + pause > (isBusy ? MAX_WAIT_FOR_BUSY_SERVICE : MAX_WAIT)) return undefined;
    if (!isBusy && this.#tries >= tries) return undefined;
    this.#waited += pause;
    return pause;
  }
}

/**
 * Milliseconds, from `Retry-After`, which is in seconds or a date of the service's clock; 0 without
 * it. `answeredAt`: the response's `Date`.
 */
export function parseRetryAfter(header: string | undefined, answeredAt: string | undefined, now: number): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  const serviceNow = Date.parse(answeredAt ?? "");
  const milliseconds = Number.isNaN(seconds) ? Date.parse(header) - (Number.isNaN(serviceNow) ? now : serviceNow) : seconds * SECOND;
  return Number.isNaN(milliseconds) ? 0 : Math.max(0, milliseconds);
}
