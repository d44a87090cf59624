const FIRST_GROWTH = 0.01;
const GROWTH_OF_GROWTH = 1.5;
/** Square root of the rate (requests a second) at which growth is in proportion to the rate. */
const EVEN_GROWTH = 20;
/**
 * Growth as a share of the rate, while the limit is known from less than a second. Most accounts
 * count by the second, and then the limit is exact. An account that saves up unused requests
 * accepts many times as many.
 */
const ROUGH_STEPS = [0.12, 0.5, 1] as const;

/** Growth of a request rate after the limit was met: slow at first. */
export class RateGrowth {
  #growth = FIRST_GROWTH;
  /** Steps taken while the limit is known from less than a second; undefined otherwise. */
  #roughSteps: number | undefined;

  /** The limit is known from less than a second. */
  get isRough(): boolean {
    return this.#roughSteps !== undefined;
  }

  /** Called when the limit was met. */
  restart(): void {
    this.#growth = FIRST_GROWTH;
    this.#roughSteps = undefined;
  }

  /**
   * Called when the limit was met within less than a second. Growth begins with this one of the
   * rough steps.
   */
  beRough(step: 0 | 1): void {
    this.#roughSteps = step;
  }

  /** Returns the rate after this one. */
  next(rate: number): number {
    if (this.#roughSteps !== undefined) {
      const step = ROUGH_STEPS[this.#roughSteps] ?? 1;
      this.#roughSteps++;
      return rate * (1 + step);
    }
    // Less than in proportion, so that two sets that share an account reach the same rate.
    const grown = rate + Math.min(rate, this.#growth * EVEN_GROWTH * Math.sqrt(rate));
    this.#growth = Math.min(1, this.#growth * GROWTH_OF_GROWTH);
    return grown;
  }
}
