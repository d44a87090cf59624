import type { Clock } from "../../ports/clock";

export interface TokenBucketRequest {
  /** Tokens per second, finite; may change. */
  readonly rate: () => number;
  /** Time whose tokens may be saved up. */
  readonly seconds: number;
  readonly clock: Clock;
}

/** A rate in tokens: one for each request, or for each byte. A larger take runs into debt. */
export class TokenBucket {
  #tokens = 0;
  #at: number;

  constructor(private readonly request: TokenBucketRequest) {
    this.#at = request.clock.now();
  }

  take(tokens: number): void {
    this.#refill();
    this.#tokens -= tokens;
  }

  /** Milliseconds until there is a token; 0 if there is one. */
  get pause(): number {
    this.#refill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1_000) / this.request.rate());
  }

  /** Saves up as much as it may. */
  fill(): void {
    this.#tokens = this.#most;
  }

  /** There are no tokens at `time`, which may be in the future. */
  restart(time: number): void {
    this.#tokens = 0;
    this.#at = time;
  }

  get #most(): number {
    return Math.max(1, this.request.rate() * this.request.seconds);
  }

  #refill(): void {
    const now = this.request.clock.now();
    this.#tokens = Math.min(this.#most, this.#tokens + ((now - this.#at) * this.request.rate()) / 1_000);
    this.#at = now;
  }
}
