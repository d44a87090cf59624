const FIRST_MILLISECONDS = 2_000;
const MAX_MILLISECONDS = 30_000;
const GROWTH = 1.6;
const STEP = 0.1;
/** One line per second is enough for a log, however fast the steps come. */
const MIN_MILLISECONDS = 1_000;

/**
 * Decides when the next progress line is due in a log: after 2 s, then at growing intervals up to
 * 30 s, or at each further tenth.
 */
export class Heartbeat {
  #lastAt: number;
  #interval = FIRST_MILLISECONDS;
  #nextStep = STEP;

  constructor(startedAt: number) {
    this.#lastAt = startedAt;
  }

  /** true at most once for each line that is due. */
  isDue(now: number, fraction: number | undefined): boolean {
    const waited = now - this.#lastAt;
    const stepped = fraction !== undefined && fraction >= this.#nextStep && waited >= MIN_MILLISECONDS;
    if (waited < this.#interval && !stepped) return false;
    if (waited >= this.#interval) this.#interval = Math.min(MAX_MILLISECONDS, this.#interval * GROWTH);
    this.#lastAt = now;
    if (fraction !== undefined) this.#nextStep = (Math.floor(fraction / STEP + 1e-9) + 1) * STEP;
    return true;
  }
}
