/** Limits of accounts are limits of requests a second, so less than a second proves little. */
export const WINDOW_MILLISECONDS = 1_000;
const MAX_WINDOW_MILLISECONDS = 4_000;
const MIN_ANSWERS = 40;
/** What is far above the limit shows sooner. */
const MIN_FAR_ABOVE_MILLISECONDS = 250;

/** Answers of about a second: how many were accepted, and how many throttled. */
export class AnswerWindow {
  #accepted = 0;
  #throttled = 0;

  /** Milliseconds of the clock; earlier answers do not count. */
  constructor(private readonly startedAt: number) {}

  get throttled(): number {
    return this.#throttled;
  }

  get answers(): number {
    return this.#accepted + this.#throttled;
  }

  /** Of all answers, those that were throttled. */
  get share(): number {
    return this.#throttled / this.answers;
  }

  add(now: number, isAccepted: boolean): void {
    if (now < this.startedAt) return;
    if (isAccepted) this.#accepted++;
    else this.#throttled++;
  }

  /** Whether it proves something. `fewSuffice`: of few answers, too. */
  isFull(now: number, fewSuffice: boolean): boolean {
    const elapsed = now - this.startedAt;
    return (
      this.answers > 0 &&
      elapsed >= WINDOW_MILLISECONDS &&
      (fewSuffice || this.answers >= MIN_ANSWERS || elapsed >= MAX_WINDOW_MILLISECONDS)
    );
  }

  /** Whether so many are throttled that no second need be over. */
  isFarAbove(now: number, share: number): boolean {
    return now - this.startedAt >= MIN_FAR_ABOVE_MILLISECONDS && this.answers >= MIN_ANSWERS && this.share > share;
  }

  /** Requests a second. */
  rates(now: number): { readonly accepted: number; readonly sent: number } {
    const seconds = (now - this.startedAt) / 1_000;
    return { accepted: this.#accepted / seconds, sent: this.answers / seconds };
  }
}
