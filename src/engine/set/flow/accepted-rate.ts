import type { Clock } from "../../ports/clock";
import { SlidingCount } from "./sliding-count";

/** Limits of accounts are limits of requests a second, so less than a second proves little. */
const WINDOW_MILLISECONDS = 1_000;
const MAX_WINDOW_MILLISECONDS = 4_000;
const MIN_ANSWERS = 40;
/** Fewer throttled answers in a window are chance. */
const MIN_THROTTLED = 3;
/** A share that is larger than noise by less costs less than finding out. */
const TOLERATED = 0.02;
const LEAST_RATE = 1;
/** Below what was accepted, so that others who share the account find room, and the limit is met seldom. */
const CUT = 0.95;
/** So far below what was accepted that no limit can throttle it: what is throttled then is noise. */
const TRIAL_CUT = 0.9;
/** Of the share before the cut. */
const PERSISTING = 0.5;
/** A larger share does not count as noise, however steady. */
const MAX_NOISE = 0.3;
/** Below this share it is waited for another second, which may tell without sending less: a set begins slowly. */
const SUSPICIOUS = 0.15;
const CLEARLY_MORE = 1.2;
const NOISE_LEARNING = 0.2;
const FIRST_GROWTH = 0.01;
/** While the limit is known from less than a second. */
const ROUGH_GROWTH = 0.25;
const GROWTH_OF_GROWTH = 1.5;
/** Requests a second at which growth is in proportion, as its square root. */
const EVEN_GROWTH = 20;
/** What may be made up for when the process was held up. */
const BURST_SECONDS = 0.1;
/** Of the latest answers, weighted: beyond this share there is nothing left of what the service accepts in this second. */
const OVERLOAD = 0.6;
const MEMORY_OF_ANSWERS = 1 / 16;
/** After an overload, what was under way is answered. */
const MILLISECONDS_BETWEEN_OVERLOADS = 250;

/** What was sent before a cut that is to show what throttles. */
interface Trial {
  readonly rate: number;
  readonly share: number;
}

/**
 * How many requests a second the service accepts, from the measured share of throttled answers: a limit shows in answers that
 * are throttled more when more is sent. A share that stays the same when less is sent is noise, and slows nothing down.
 */
export class AcceptedRate {
  #rate = Infinity;
  #tokens = 0;
  #refilledAt: number;
  #window: { startedAt: number; accepted: number; throttled: number };
  readonly #lately = new SlidingCount();
  #latest = 0;
  #growth = FIRST_GROWTH;
  /** Accepted a second when the limit was met last. */
  #ceiling = 0;
  /** Share of throttled answers that does not come from the rate. */
  #noise = 0;
  /** While no limit is known: a window in which more was throttled than by chance. */
  #suspicion: { readonly sent: number; readonly share: number } | undefined;
  #trial: Trial | undefined;
  /** Little was throttled at a limited rate since the limit was met last, so that it is one. */
  #isConfirmed = false;
  #notBefore = 0;
  #overloadAt = -Infinity;
  /** When the overload began that may be going on. */
  #overloadSince = -Infinity;

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
    const now = this.clock.now();
    this.#lately.add(now);
    this.#latest -= MEMORY_OF_ANSWERS * this.#latest;
    if (now >= this.#window.startedAt) this.#window.accepted++;
    this.#judge(now);
  }

  throttled(retryAfterMilliseconds: number): void {
    const now = this.clock.now();
    this.#latest += MEMORY_OF_ANSWERS * (1 - this.#latest);
    if (now >= this.#window.startedAt) this.#window.throttled++;
    if (this.#latest > OVERLOAD && now - this.#overloadAt >= MILLISECONDS_BETWEEN_OVERLOADS) this.#overload(now, retryAfterMilliseconds);
    else this.#judge(now);
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

  /** Nearly everything is refused at this moment: what was accepted within the last second is about what a second takes. */
  #overload(now: number, retryAfterMilliseconds: number): void {
    const accepted = this.#lately.total(now);
    if (now - this.#overloadAt > 2 * WINDOW_MILLISECONDS) this.#overloadSince = now;
    this.#overloadAt = now;
    const isBeginning = now === this.#overloadSince;
    // While it goes on, the last second has less and less of the time before it.
    const isMeasured = isBeginning || now - this.#overloadSince >= WINDOW_MILLISECONDS;
    const isFirst = this.#rate === Infinity;
    if (isFirst) {
      const firstAt = this.#lately.firstAt(now) ?? now;
      this.#notBefore = Math.max(now + retryAfterMilliseconds, firstAt + WINDOW_MILLISECONDS);
    } else {
      // Until the second is over that is used up, which began nobody knows when.
      this.#notBefore = now + MILLISECONDS_BETWEEN_OVERLOADS;
    }
    this.#cutTo(CUT * accepted, isMeasured ? accepted : this.#ceiling);
    if (isFirst) this.#growth = ROUGH_GROWTH;
    this.#trial = undefined;
    this.#latest = 0;
    this.#beginWindow(Math.max(this.#notBefore, now + MILLISECONDS_BETWEEN_OVERLOADS));
  }

  #beginWindow(startedAt: number): void {
    this.#window = { startedAt, accepted: 0, throttled: 0 };
  }

  #judge(now: number): void {
    const { startedAt, accepted, throttled } = this.#window;
    const elapsed = now - startedAt;
    const answers = accepted + throttled;
    const isEnough = answers >= MIN_ANSWERS || this.#isRecovering || elapsed >= MAX_WINDOW_MILLISECONDS;
    if (elapsed < WINDOW_MILLISECONDS || !isEnough || answers === 0) return;
    const share = throttled / answers;
    const acceptedRate = (accepted * 1_000) / elapsed;
    const sent = (answers * 1_000) / elapsed;
    const chance = TOLERATED + 3 * Math.sqrt((this.#noise * (1 - this.#noise)) / answers);
    const isMore = throttled >= MIN_THROTTLED && share > this.#noise + chance;
    this.#beginWindow(now);
    if (this.#trial !== undefined) this.#endTrial(this.#trial, share, acceptedRate, isMore);
    else if (isMore) this.#meetLimit(now, sent, share, acceptedRate);
    else this.#goOn(sent, share);
  }

  #meetLimit(now: number, sent: number, share: number, accepted: number): void {
    const before = this.#suspicion;
    this.#suspicion = undefined;
    if (this.#rate === Infinity && share < SUSPICIOUS) {
      if (before === undefined) {
        this.#suspicion = { sent, share };
        return;
      }
      // What it would be if no more were accepted than before.
      const ofLimit = 1 - ((1 - before.share) * before.sent) / sent;
      if (sent > CLEARLY_MORE * before.sent && share < (before.share + ofLimit) / 2) {
        this.#noise = share;
        return;
      }
    }
    if (this.#isConfirmed && share < MAX_NOISE) {
      this.#isConfirmed = false;
      this.#cutTo(CUT * accepted, accepted);
      this.#beginWindow(now + WINDOW_MILLISECONDS / 2);
    } else {
      this.#tryLess(now, share, accepted);
    }
  }

  /** Sends less, to see whether less is throttled then. */
  #tryLess(now: number, share: number, accepted: number): void {
    if (share < MAX_NOISE) this.#trial = { rate: this.#rate, share };
    this.#cutTo(TRIAL_CUT * accepted, accepted);
    // The second that a limit counts in may have been used up already.
    this.#beginWindow(now + WINDOW_MILLISECONDS);
  }

  #endTrial(before: Trial, share: number, accepted: number, isMore: boolean): void {
    this.#trial = undefined;
    if (!isMore) {
      this.#isConfirmed = true;
      this.#rate *= CUT / TRIAL_CUT;
    } else if (share > PERSISTING * before.share && share < MAX_NOISE) {
      this.#noise = share;
      this.#isConfirmed = false;
      this.#rate = before.rate;
      this.#growth = ROUGH_GROWTH;
    } else {
      this.#cutTo(CUT * accepted, accepted);
    }
  }

  #cutTo(rate: number, ceiling: number): void {
    if (ceiling > LEAST_RATE) this.#ceiling = ceiling;
    this.#rate = Math.max(LEAST_RATE, rate);
    this.#refilledAt = Math.max(this.clock.now(), this.#notBefore);
    this.#tokens = 0;
    this.#growth = FIRST_GROWTH;
  }

  #goOn(sent: number, share: number): void {
    this.#suspicion = undefined;
    // A larger one may be the limit, which is about to be met.
    this.#noise -= NOISE_LEARNING * Math.max(0, this.#noise - share);
    // Something else holds it back.
    if (this.#rate === Infinity || sent < 0.7 * this.#rate) return;
    this.#isConfirmed = true;
    if (this.#isRecovering) {
      this.#rate = Math.min(4 * this.#rate, 0.9 * this.#ceiling);
      return;
    }
    // Less than in proportion, so that two sets that share an account come to the same rate.
    this.#rate += Math.min(this.#rate, this.#growth * EVEN_GROWTH * Math.sqrt(this.#rate));
    this.#growth = Math.min(1, this.#growth * GROWTH_OF_GROWTH);
  }
}
