/** Time for which requests may be made up for after the process was held up. */
const BURST_SECONDS = 0.1;

/** Tokens of a rate in requests per second: each request takes one. */
export class RequestTokens {
  #tokens = 0;

  /** @param refilledAt milliseconds, as all times here */
  constructor(private refilledAt: number) {}

  /** Milliseconds until there is a token; 0 if there is one. */
  pause(now: number, rate: number): number {
    const most = Math.max(1, rate * BURST_SECONDS);
    this.#tokens = Math.min(most, this.#tokens + ((now - this.refilledAt) * rate) / 1_000);
    this.refilledAt = now;
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1_000) / rate);
  }

  take(): void {
    this.#tokens--;
  }

  /** There are none at `time`, which may be in the future. */
  restart(time: number): void {
    this.#tokens = 0;
    this.refilledAt = time;
  }
}
