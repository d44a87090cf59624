const FIRST_LIMIT = 16;
/** Beyond this many times the shortest time that a request took lately, more requests only queue up. */
const LATENCY_THAT_HOLDS = 6;
/** For each answer: a limit on the rate is met while few requests are under way. */
const GROWTH = 0.5;
const LATENCY_SHARE = 0.05;
/** The shortest time is forgotten slowly, so that a service that got slower for good is not held against it. */
const FORGETTING = 1.0005;

/** How many requests may be in flight: grows by half in each round while the service answers as fast as ever, stays when answers take longer. */
export class LatencyLimit {
  #limit: number;
  #shortest = Infinity;
  #recent = 0;

  constructor(private readonly max: number) {
    this.#limit = Math.min(FIRST_LIMIT, max);
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
    if (this.#limit < this.max && this.#recent <= LATENCY_THAT_HOLDS * this.#shortest + 10) this.#limit += GROWTH;
  }
}
