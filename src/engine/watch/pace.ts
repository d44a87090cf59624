const MIN_INTERVAL = 200;
const MAX_INTERVAL = 180_000;
const MAX_LATENESS = 8_000;

/**
 * When to poll a pending copy again. Its end should be noticed within a small share of its duration
 * (a fifth of a second for short copies, eight seconds for hours), and a long copy should not be
 * polled all the time. So while its progress shows how much time is left, half of that is slept
 * through.
 */
export class CopyPace {
  #bytes = 0;
  /** Milliseconds from the start to the first poll that saw this progress. */
  #seenAt = 0;
  /** Bytes per millisecond. */
  #rate = 0;

  /**
   * Returns milliseconds. `elapsed` is since the start of the copy; `bytesTotal` is undefined where
   * the service does not report it.
   */
  untilNextPoll(elapsed: number, bytesCopied: number, bytesTotal: number | undefined): number {
    if (bytesCopied > this.#bytes && elapsed > this.#seenAt) {
      // A copy that was queued first is faster than its average. One that slows down is polled too
      // often rather than too late.
      this.#rate = Math.max((bytesCopied - this.#bytes) / (elapsed - this.#seenAt), bytesCopied / elapsed);
      this.#bytes = bytesCopied;
      this.#seenAt = elapsed;
    }
    const lateness = Math.min(Math.max(elapsed / 400, MIN_INTERVAL), MAX_LATENESS);
    if (bytesTotal === undefined || this.#rate === 0 || bytesCopied >= bytesTotal) return lateness;
    const remaining = (bytesTotal - this.#bytes) / this.#rate - (elapsed - this.#seenAt);
    return Math.max(lateness, Math.min(remaining / 2, elapsed / 2, MAX_INTERVAL));
  }
}
