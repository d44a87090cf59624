import type { Clock } from "../../ports/clock";

/**
 * Bytes that may be started. At most a second's worth is saved up, and a larger blob runs into
 * debt.
 */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(
    private readonly bytesPerSecond: number,
    private readonly clock: Clock,
  ) {
    this.#tokens = bytesPerSecond;
    this.#at = clock.now();
  }

  take(bytes: number): void {
    this.#refill();
    this.#tokens -= bytes;
  }

  /** Milliseconds until more bytes may be started; 0 for now. */
  get pause(): number {
    this.#refill();
    return this.#tokens > 0 ? 0 : Math.ceil((-this.#tokens * 1000) / this.bytesPerSecond) + 1;
  }

  #refill(): void {
    const now = this.clock.now();
    this.#tokens = Math.min(this.bytesPerSecond, this.#tokens + ((now - this.#at) * this.bytesPerSecond) / 1000);
    this.#at = now;
  }
}
