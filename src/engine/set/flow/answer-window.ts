/** Accounts have limits of requests a second, so a shorter time proves little. */
export const WINDOW_MILLISECONDS = 1_000;
const MAX_WINDOW_MILLISECONDS = 4_000;
const MIN_ANSWERS = 40;
/** A rate far above the limit shows sooner. */
const MIN_FAR_ABOVE_MILLISECONDS = 250;

/** Counts the accepted and the throttled responses of about a second. */
export class AnswerWindow {
  #accepted = 0;
  #throttled = 0;

  /** `startedAt` is in milliseconds of the clock; earlier responses do not count. */
  constructor(private readonly startedAt: number) {}

  get throttled(): number {
    return this.#throttled;
  }

  get answers(): number {
    return this.#accepted + this.#throttled;
  }

  /** Throttled responses as a share of all responses. */
  get share(): number {
    return this.#throttled / this.answers;
  }

  add(now: number, isAccepted: boolean): void {
    if (now < this.startedAt) return;
    if (isAccepted) this.#accepted++;
    else this.#throttled++;
  }

  /** True if the window proves something. `fewSuffice`: few responses are enough. */
  isFull(now: number, fewSuffice: boolean): boolean {
    const elapsed = now - this.startedAt;
    return (
      this.answers > 0 &&
      elapsed >= WINDOW_MILLISECONDS &&
      (fewSuffice || this.answers >= MIN_ANSWERS || elapsed >= MAX_WINDOW_MILLISECONDS)
    );
  }

  /** True if so many responses are throttled that the second need not be over. */
  isFarAbove(now: number, share: number): boolean {
    return now - this.startedAt >= MIN_FAR_ABOVE_MILLISECONDS && this.answers >= MIN_ANSWERS && this.share > share;
  }

  /** Requests a second. */
  rates(now: number): { readonly accepted: number; readonly sent: number } {
    const seconds = (now - this.startedAt) / 1_000;
    return { accepted: this.#accepted / seconds, sent: this.answers / seconds };
  }
}
