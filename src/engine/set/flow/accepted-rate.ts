import type { Clock } from "../../ports/clock";

/** Limits of accounts are limits of requests a second, so less than a second proves little. */
const WINDOW_MILLISECONDS = 1_000;
const MAX_WINDOW_MILLISECONDS = 4_000;
const MIN_ANSWERS = 40;
/** Fewer throttled answers in a window are chance. */
const MIN_THROTTLED = 3;
const LEAST_RATE = 1;
/** Below what was accepted, so that others who share the account find room, and the limit is met seldom. */
const CUT = 0.95;
const FIRST_GROWTH = 0.01;
const GROWTH_OF_GROWTH = 1.5;
/** Requests a second at which growth is in proportion, as its square root. */
const EVEN_GROWTH = 20;
/** Requests that may be sent at once although the rate is limited: timers are coarse. */
const BURST_SECONDS = 0.02;
/** Of the latest answers, weighted: beyond this share an account takes next to nothing. */
const OVERLOAD = 0.6;
const MEMORY_OF_ANSWERS = 1 / 16;
/** A larger share is no chance, however steady: a limit that has just fallen looks like it while the first answers come. */
const MAX_NOISE = 0.3;

/**
 * How many requests a second the service accepts, from the measured share of throttled answers: a limit shows in answers that
 * are throttled more when more is sent. A share that stays the same however little is sent is noise, and slows nothing down.
 */
export class AcceptedRate {
  #rate = Infinity;
  #tokens = 0;
  #refilledAt: number;
  #window: { startedAt: number; accepted: number; throttled: number };
  #latest = 0;
  #growth = FIRST_GROWTH;
  /** Accepted a second when the limit was met last. */
  #ceiling = 0;
  /** Share of throttled answers that does not come from the rate. */
  #noise = 0;
  /** Cuts one after the other, the first one's rate and share. */
  #cuts: { readonly sent: number; readonly share: number }[] = [];
  #notBefore = 0;

  constructor(private readonly clock: Clock) {
    this.#refilledAt = clock.now();
    this.#window = { startedAt: clock.now(), accepted: 0, throttled: 0 };
  }

  /** Milliseconds until the next request may be sent; 0 for now. */
  get pause(): number {
    const now = this.clock.now();
    if (now < this.#notBefore) return this.#notBefore - now;
    if (this.#rate === Infinity) return 0;
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1_000) / this.#rate);
  }

  /** A request is sent. */
  take(): void {
    if (this.#rate !== Infinity) this.#tokens--;
  }

  accepted(): void {
    this.#window.accepted++;
    this.#latest -= MEMORY_OF_ANSWERS * this.#latest;
    this.#judge();
  }

  throttled(retryAfterMilliseconds: number): void {
    this.#window.throttled++;
    this.#latest += MEMORY_OF_ANSWERS * (1 - this.#latest);
    if (this.#rate === Infinity && this.#latest > OVERLOAD) this.#endFirstOverload(retryAfterMilliseconds);
    else this.#judge();
  }

  /** After an outage, when the limit is known from before. */
  get #isRecovering(): boolean {
    return this.#rate < 0.8 * this.#ceiling;
  }

  #refill(now: number): void {
    const most = Math.max(1, this.#rate * BURST_SECONDS);
    this.#tokens = Math.min(most, this.#tokens + ((now - this.#refilledAt) * this.#rate) / 1_000);
    this.#refilledAt = now;
  }

  /** The limit was not known, and is far below what was sent: what was accepted so far is about what a second takes. */
  #endFirstOverload(retryAfterMilliseconds: number): void {
    const now = this.clock.now();
    if (now < this.#notBefore) return;
    const { startedAt, accepted } = this.#window;
    this.#notBefore = Math.max(now + retryAfterMilliseconds, startedAt + WINDOW_MILLISECONDS);
    this.#cutTo(accepted / Math.max((now - startedAt) / 1_000, 1));
    this.#cuts = [];
    this.#latest = 0;
    this.#window = { startedAt: this.#notBefore, accepted: 0, throttled: 0 };
  }

  #judge(): void {
    const now = this.clock.now();
    const { startedAt, accepted, throttled } = this.#window;
    const elapsed = now - startedAt;
    const answers = accepted + throttled;
    const isEnough = answers >= MIN_ANSWERS || this.#isRecovering || elapsed >= MAX_WINDOW_MILLISECONDS;
    if (elapsed < WINDOW_MILLISECONDS || !isEnough) return;
    this.#window = { startedAt: now, accepted: 0, throttled: 0 };
    const sent = (answers * 1_000) / elapsed;
    const share = throttled / answers;
    const chance = 0.01 + 2 * Math.sqrt((this.#noise * (1 - this.#noise)) / answers);
    if (throttled >= MIN_THROTTLED && share > this.#noise + chance) this.#meetLimit(sent, share);
    else this.#goOn(sent, share);
  }

  #meetLimit(sent: number, share: number): void {
    const [first] = this.#cuts;
    // Sending less has changed nothing, twice.
    if (first !== undefined && this.#cuts.length >= 2 && share < MAX_NOISE && share > 0.6 * first.share && sent < 0.95 * first.sent) {
      this.#noise = share;
      this.#cuts = [];
      this.#rate = Math.max(this.#rate, first.sent);
      this.#growth = Math.max(this.#growth, 0.1);
      return;
    }
    this.#cuts.push({ sent, share });
    this.#cutTo(sent * (1 - share));
  }

  #cutTo(accepted: number): void {
    if (accepted > LEAST_RATE) this.#ceiling = accepted;
    this.#rate = Math.max(LEAST_RATE, accepted * CUT);
    this.#refilledAt = Math.max(this.clock.now(), this.#notBefore);
    this.#tokens = 0;
    this.#growth = FIRST_GROWTH;
  }

  #goOn(sent: number, share: number): void {
    this.#cuts = [];
    if (share < this.#noise / 2) this.#noise = share;
    // Something else holds it back.
    if (this.#rate === Infinity || sent < 0.7 * this.#rate) return;
    if (this.#isRecovering) {
      this.#rate = Math.min(4 * this.#rate, 0.9 * this.#ceiling);
      return;
    }
    // Less than in proportion, so that two sets that share an account come to the same rate.
    this.#rate += Math.min(this.#rate, this.#growth * EVEN_GROWTH * Math.sqrt(this.#rate));
    this.#growth = Math.min(1, this.#growth * GROWTH_OF_GROWTH);
  }
}
