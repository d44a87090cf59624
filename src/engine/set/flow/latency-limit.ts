const FIRST_LIMIT = 16;
/** Beyond this many times the shortest time that a request took lately, more requests only queue up. */
const LATENCY_THAT_HOLDS = 6;
/** For each answer: an account with a low limit is to meet it while few requests are under way. */
const FIRST_GROWTH = 0.25;
/** Once that many are under way, which an account with a low limit does not come to. */
const MANY = 40;
const GROWTH = 1;
const LATENCY_SHARE = 0.05;
/** The shortest time is forgotten slowly, so that a service that got slower for good is not held against it. */
const FORGETTING = 1.0005;

/** How many requests may be in flight: grows with each answer while the service answers as fast as ever, stays when answers take longer. */
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

  /** A request was answered; `milliseconds` only where it moved few enough bytes for its time to be the service's own. */
  answered(milliseconds: number | undefined): void {
    if (milliseconds !== undefined) {
      this.#shortest = Math.max(1, Math.min(this.#shortest * FORGETTING, milliseconds));
      this.#recent = this.#recent === 0 ? milliseconds : this.#recent + LATENCY_SHARE * (milliseconds - this.#recent);
    }
    if (this.#limit < this.max && this.#recent <= LATENCY_THAT_HOLDS * this.#shortest + 10)
      this.#limit += this.#limit < MANY ? FIRST_GROWTH : GROWTH;
  }

  /** A throttled request gives up its place for good: accepted ones make more places than chance can take. */
  throttled(): void {
    this.#limit = Math.max(this.#first, this.#limit - 1);
  }
}
