import type { Clock } from "../../ports/clock";

const FIRST_LIMIT = 32;
const MIN_LIMIT = 1;
/** Throttled responses to requests that were in flight together count as one. */
const HALVE_AT_MOST_EVERY_MILLISECONDS = 500;
/**
 * When requests take more than this many times the shortest recent time, more requests would only
 * queue up.
 */
const LATENCY_THAT_HOLDS = 6;
const LATENCY_SHARE = 0.05;
/**
 * The shortest time is forgotten slowly, so that the limit can grow again after the service became
 * slower for good.
 */
const FORGETTING = 1.0005;

/**
 * Limit of requests in flight. It doubles while the service answers as fast as before, stays when
 * answers take longer, and is halved when the service throttles. After that, it grows by one
 * request a round.
 */
export class AdaptiveConcurrency {
  #limit: number;
  #isProbing = true;
  #grown = 0;
  #shortest = Infinity;
  #recent = 0;
  #halvedAt = -Infinity;
  #notBefore = 0;

  constructor(
    private readonly most: number,
    private readonly clock: Clock,
  ) {
    this.#limit = Math.min(FIRST_LIMIT, most);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Milliseconds until the service wants another request; 0 for now. */
  get pause(): number {
    return Math.max(0, this.#notBefore - this.clock.now());
  }

  /**
   * Called for each response. `milliseconds` is given only if the request moved so few bytes that
   * the time is the service's own.
   */
  answered(milliseconds: number | undefined): void {
    if (milliseconds !== undefined) {
      this.#shortest = Math.max(1, Math.min(this.#shortest * FORGETTING, milliseconds));
      this.#recent = this.#recent === 0 ? milliseconds : this.#recent + LATENCY_SHARE * (milliseconds - this.#recent);
    }
    if (this.#limit >= this.most || this.#recent > LATENCY_THAT_HOLDS * this.#shortest + 10) return;
    this.#grown += this.#isProbing ? 1 : 1 / this.#limit;
    if (this.#grown < 1) return;
    this.#grown = 0;
    this.#limit++;
  }

  throttled(retryAfterMilliseconds: number): void {
    const now = this.clock.now();
    this.#notBefore = Math.max(this.#notBefore, now + retryAfterMilliseconds);
    if (now - this.#halvedAt < HALVE_AT_MOST_EVERY_MILLISECONDS) return;
    this.#halvedAt = now;
    this.#isProbing = false;
    this.#grown = 0;
    this.#limit = Math.max(MIN_LIMIT, Math.floor(this.#limit / 2));
  }
}
