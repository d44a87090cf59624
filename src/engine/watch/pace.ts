const LEAST_INTERVAL = 200;
const LONGEST_INTERVAL = 180_000;
const GREATEST_LATENESS = 8_000;

/**
 * When to look at a pending copy again. Its end is to be seen within a small share of its own duration (a fifth of a second for
 * short ones, eight seconds for hours), and a long copy is not to be asked about all the time: so while its progress tells how
 * much is left, half of that is slept through.
 */
export class CopyPace {
  #bytes = 0;
  /** Milliseconds from the start to the look that saw this progress first. */
  #seenAt = 0;
  /** Bytes a millisecond. */
  #rate = 0;

  /** In milliseconds; `elapsed` is since the start of the copy, `bytesTotal` undefined where the service does not tell it. */
  untilNextPoll(elapsed: number, bytesCopied: number, bytesTotal: number | undefined): number {
    if (bytesCopied > this.#bytes && elapsed > this.#seenAt) {
      // A copy that was queued first is faster than its average; one that slows down is looked at too often rather than too late.
      this.#rate = Math.max((bytesCopied - this.#bytes) / (elapsed - this.#seenAt), bytesCopied / elapsed);
      this.#bytes = bytesCopied;
      this.#seenAt = elapsed;
    }
    const lateness = Math.min(Math.max(elapsed / 400, LEAST_INTERVAL), GREATEST_LATENESS);
    if (bytesTotal === undefined || this.#rate === 0 || bytesCopied >= bytesTotal) return lateness;
    const remaining = (bytesTotal - this.#bytes) / this.#rate - (elapsed - this.#seenAt);
    return Math.max(lateness, Math.min(remaining / 2, elapsed / 2, LONGEST_INTERVAL));
  }
}
