const FIRST_GROWTH = 0.01;
const GROWTH_OF_GROWTH = 1.5;
/** Requests a second at which growth is in proportion, as its square root. */
const EVEN_GROWTH = 20;
/**
 * While the limit is known from less than a second, of the rate: most accounts count by the second, and then it was met exactly.
 * One that saves up what nobody used takes many times as much.
 */
const ROUGH_STEPS = [0.12, 0.5, 1] as const;

/** How a rate of requests grows again after the limit was met: slowly at first. */
export class RateGrowth {
  #growth = FIRST_GROWTH;
  /** Steps that were made while the limit is known from less than a second; undefined otherwise. */
  #roughSteps: number | undefined;

  /** The limit is known from less than a second. */
  get isRough(): boolean {
    return this.#roughSteps !== undefined;
  }

  /** The limit was met. */
  restart(): void {
    this.#growth = FIRST_GROWTH;
    this.#roughSteps = undefined;
  }

  /** It was met within less than a second; the growth begins with this one of the rough steps. */
  beRough(step: 0 | 1): void {
    this.#roughSteps = step;
  }

  /** The rate after this one. */
  next(rate: number): number {
    if (this.#roughSteps !== undefined) {
      const step = ROUGH_STEPS[this.#roughSteps] ?? 1;
      this.#roughSteps++;
      return rate * (1 + step);
    }
    // Less than in proportion, so that two sets that share an account come to the same rate.
    const grown = rate + Math.min(rate, this.#growth * EVEN_GROWTH * Math.sqrt(rate));
    this.#growth = Math.min(1, this.#growth * GROWTH_OF_GROWTH);
    return grown;
  }
}
