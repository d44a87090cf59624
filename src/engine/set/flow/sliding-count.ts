const SLOT_MILLISECONDS = 50;
const SLOTS = 20;

/** Counts the events of the last second. */
export class SlidingCount {
  readonly #counts = new Array<number>(SLOTS).fill(0);
  #total = 0;
  /** Number of the newest slot since the epoch of the clock. */
  #newest = -Infinity;

  add(now: number): void {
    this.#moveTo(now);
    this.#counts[this.#newest % SLOTS] = (this.#counts[this.#newest % SLOTS] ?? 0) + 1;
    this.#total++;
  }

  total(now: number): number {
    this.#moveTo(now);
    return this.#total;
  }

  /** When the first event of the last second happened, to the slot; undefined if there was none. */
  firstAt(now: number): number | undefined {
    this.#moveTo(now);
    for (let slot = this.#newest - SLOTS + 1; slot <= this.#newest; slot++) {
      if ((this.#counts[slot % SLOTS] ?? 0) > 0) return slot * SLOT_MILLISECONDS;
    }
    return undefined;
  }

  #moveTo(now: number): void {
    const slot = Math.floor(now / SLOT_MILLISECONDS);
    if (slot <= this.#newest) return;
    for (let passed = Math.max(this.#newest + 1, slot - SLOTS + 1); passed <= slot; passed++) {
      this.#total -= this.#counts[passed % SLOTS] ?? 0;
      this.#counts[passed % SLOTS] = 0;
    }
    this.#newest = slot;
  }
}
