const FIRST_LIMIT = 16;
/**
 * When requests take more than this many times the shortest recent time, more requests would only
 * queue up.
 */
const LATENCY_THAT_HOLDS = 6;
/**
 * Growth with each response. An account with a low limit is to meet it while few requests are in
 * flight.
 */
const FIRST_GROWTH = 0.25;
/** Limit from which growth is faster. An account with a low limit does not reach it. */
const MANY = 40;
const GROWTH = 1;
const LATENCY_SHARE = 0.05;
/**
 * The shortest time is forgotten slowly, so that the limit can grow again after the service became
 * slower for good.
 */
const FORGETTING = 1.0005;

/**
 * Limit of requests in flight. It grows with each response while the service answers as fast as
 * before, and stays when answers take longer.
 */
export class LatencyLimit {
  readonly #first: number;
  #limit: number;
  #shortest = Infinity;
  #recent = 0;

  constructor(private readonly max: number) {
    this.#first = Math.min(FIRST_LIMIT, max);
    this.#limit = this.#first;
  }

  get limit(): number {
    return Math.floor(this.#limit);
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
    if (this.#limit < this.max && this.#recent <= LATENCY_THAT_HOLDS * this.#shortest + 10)
      this.#limit += this.#limit < MANY ? FIRST_GROWTH : GROWTH;
  }

  /**
   * Each throttled response lowers the limit by one. Accepted ones raise it faster than random
   * throttling can lower it.
   */
  throttled(): void {
    this.#limit = Math.max(this.#first, this.#limit - 1);
  }
}
