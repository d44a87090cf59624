import type { Clock } from "../../ports/clock";
import { AnswerWindow, WINDOW_MILLISECONDS } from "./answer-window";
import { QuietTime } from "./quiet-time";
import { RateGrowth } from "./rate-growth";
import { SlidingCount } from "./sliding-count";
import { TokenBucket } from "./token-bucket";

/** Fewer throttled responses in a window may be chance. */
const MIN_THROTTLED = 3;
/** A share that exceeds the noise by less than this costs less than a trial. */
const TOLERATED = 0.02;
const MIN_RATE = 1;
/** Below the accepted rate, so that other clients find room and the limit is seldom met. */
const CUT = 0.95;
/** So far below the accepted rate that requests which are throttled then are noise. */
const TRIAL_CUT = 0.9;
/** Part of the share before the cut. */
const PERSISTING = 0.5;
/** A larger share does not count as noise, however steady it is. */
const MAX_NOISE = 0.3;
/**
 * Below this share, another second is observed before the rate is cut. A set begins slowly, so that
 * second may show the cause without sending less.
 */
const SUSPICIOUS = 0.15;
const CLEARLY_MORE = 1.2;
const NOISE_LEARNING = 0.2;
/** Time for which requests may be made up for after the process was held up. */
const BURST_SECONDS = 0.1;
/**
 * Weighted share of throttled responses among the latest. Above it, the service accepts no more
 * requests in this second.
 */
const OVERLOAD = 0.6;
const MEMORY_OF_ANSWERS = 1 / 16;
/** At a known limit, this many throttled responses in a row use it up for this second. */
const ALL_IN_A_ROW = 4;
const MILLISECONDS_UNTIL_NEXT_SECOND = 100;
/** After an overload, the requests in flight are answered within this time. */
const MILLISECONDS_BETWEEN_OVERLOADS = 250;

/** State before a cut that is to show the cause of the throttling. */
interface Trial {
  readonly rate: number;
  readonly share: number;
}

/**
 * Estimates how many requests a second the service accepts, from the measured share of throttled
 * responses. At a limit, a larger share is throttled when more is sent. A share that stays the same
 * when less is sent is noise, and does not slow the set down.
 */
export class AcceptedRate {
  #rate = Infinity;
  readonly #bucket: TokenBucket;
  #window: AnswerWindow;
  readonly #quiet = new QuietTime();
  readonly #lately = new SlidingCount();
  #latest = 0;
  /** Throttled responses since the last accepted one. */
  #inARow = 0;
  readonly #growth = new RateGrowth();
  /** Requests accepted per second when the limit was last met. */
  #ceiling = 0;
  /** Share of throttled responses that is independent of the rate. */
  #noise = 0;
  /** While no limit is known: a window with more throttled responses than by chance. */
  #suspicion: { readonly sent: number; readonly share: number } | undefined;
  #trial: Trial | undefined;
  /** Since the limit was last met, little was throttled below it, so the limit is real. */
  #isConfirmed = false;
  #overloadAt = -Infinity;
  /** When the current or last overload began. */
  #overloadSince = -Infinity;

  constructor(private readonly clock: Clock) {
    this.#bucket = new TokenBucket({ rate: () => this.#rate, seconds: BURST_SECONDS, clock });
    this.#window = new AnswerWindow(clock.now());
  }

  /** Milliseconds until the next request may be sent; 0 for now. */
  get pause(): number {
    const now = this.clock.now();
    if (this.#quiet.isGoingOn(now)) return this.#quiet.pause(now);
    return this.#rate === Infinity ? 0 : this.#bucket.pause;
  }

  /** Called for each request that is sent. */
  take(): void {
    if (this.#rate === Infinity) return;
    this.#bucket.take(1);
    this.#quiet.sent(this.clock.now());
  }

  accepted(): void {
    const now = this.clock.now();
    this.#lately.add(now);
    this.#latest -= MEMORY_OF_ANSWERS * this.#latest;
    this.#inARow = 0;
    const probe = this.#quiet.accepted(now);
    if (probe !== undefined) this.#endQuietTime(now, probe === "first probe");
    this.#window.add(now, true);
    this.#judge(now);
  }

  throttled(retryAfterMilliseconds: number): void {
    const now = this.clock.now();
    // The response to an earlier request or to a probe tells nothing new.
    if (this.#quiet.isGoingOn(now)) return;
    this.#latest += MEMORY_OF_ANSWERS * (1 - this.#latest);
    this.#window.add(now, false);
    this.#inARow++;
    if (this.#latest > OVERLOAD && now - this.#overloadAt >= MILLISECONDS_BETWEEN_OVERLOADS) this.#overload(now, retryAfterMilliseconds);
    else if (this.#isConfirmed && this.#inARow >= ALL_IN_A_ROW) this.#useUp(now);
    else this.#judge(now);
  }

  /** After an outage, when the limit is known from before. */
  get #isRecovering(): boolean {
    return this.#rate < 0.8 * this.#ceiling;
  }

  /**
   * Nearly everything is refused at this moment. The requests accepted within the last second are
   * about the limit of a second.
   */
  #overload(now: number, retryAfterMilliseconds: number): void {
    const accepted = this.#lately.total(now);
    if (now - this.#overloadAt > 2 * WINDOW_MILLISECONDS) this.#overloadSince = now;
    this.#overloadAt = now;
    const isBeginning = now === this.#overloadSince;
    // During an overload, the last second contains less and less of the time before it.
    const isMeasured = isBeginning || now - this.#overloadSince >= WINDOW_MILLISECONDS;
    const isFirst = this.#rate === Infinity;
    if (isFirst) {
      const firstAt = this.#lately.firstAt(now) ?? now;
      this.#quiet.begin(now, Math.max(now + retryAfterMilliseconds, firstAt + WINDOW_MILLISECONDS), retryAfterMilliseconds === 0);
    } else {
      // The start of the used-up second is unknown, so pause briefly. If the overload continues, it
      // pauses again.
      this.#quiet.begin(now, now + MILLISECONDS_BETWEEN_OVERLOADS);
    }
    this.#cutTo(CUT * accepted, isMeasured ? accepted : this.#ceiling);
    if (isFirst) this.#growth.beRough(0);
    this.#trial = undefined;
    this.#latest = 0;
    this.#window = new AnswerWindow(Math.max(this.#quiet.until, now + MILLISECONDS_BETWEEN_OVERLOADS));
  }

  /** A known limit is exceeded by a little: every request in the rest of its second is refused. */
  #useUp(now: number): void {
    const accepted = this.#lately.total(now);
    this.#isConfirmed = false;
    this.#quiet.begin(now, now + MILLISECONDS_UNTIL_NEXT_SECOND);
    this.#cutTo(CUT * accepted, accepted);
    this.#trial = undefined;
    this.#window = new AnswerWindow(this.#quiet.until);
  }

  #endQuietTime(now: number, isSoon: boolean): void {
    // A probe accepted so soon points to an account that always accepts some requests, rather than
    // to the end of a second.
    if (isSoon) this.#growth.beRough(1);
    this.#bucket.restart(now);
    this.#window = new AnswerWindow(now);
  }

  #judge(now: number): void {
    const window = this.#window;
    const isFarAbove = this.#growth.isRough && window.isFarAbove(now, MAX_NOISE);
    if (!isFarAbove && !window.isFull(now, this.#isRecovering)) return;
    const { share, answers } = window;
    const { accepted: acceptedRate, sent } = window.rates(now);
    const chance = TOLERATED + 3 * Math.sqrt((this.#noise * (1 - this.#noise)) / answers);
    const isMore = window.throttled >= MIN_THROTTLED && share > this.#noise + chance;
    this.#window = new AnswerWindow(now);
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
      // The share to expect if no more requests were accepted than before.
      const ofLimit = 1 - ((1 - before.share) * before.sent) / sent;
      if (sent > CLEARLY_MORE * before.sent && share < (before.share + ofLimit) / 2) {
        this.#noise = share;
        return;
      }
    }
    if (this.#isConfirmed && share < MAX_NOISE) {
      this.#isConfirmed = false;
      this.#cutTo(CUT * accepted, accepted);
      this.#window = new AnswerWindow(now + WINDOW_MILLISECONDS / 2);
    } else {
      this.#tryLess(now, share, accepted);
    }
  }

  /** Sends less, to see whether less is throttled then. */
  #tryLess(now: number, share: number, accepted: number): void {
    if (share < MAX_NOISE) this.#trial = { rate: this.#rate, share };
    this.#cutTo(TRIAL_CUT * accepted, accepted);
    // The second in which the limit counts may already be used up.
    this.#window = new AnswerWindow(now + WINDOW_MILLISECONDS);
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
      this.#growth.beRough(1);
    } else {
      this.#cutTo(CUT * accepted, accepted);
    }
  }

  #cutTo(rate: number, ceiling: number): void {
    if (ceiling > MIN_RATE) this.#ceiling = ceiling;
    this.#rate = Math.max(MIN_RATE, rate);
    this.#bucket.restart(Math.max(this.clock.now(), this.#quiet.until));
    this.#growth.restart();
  }

  #goOn(sent: number, share: number): void {
    this.#suspicion = undefined;
    // A larger share may come from the limit, which is about to be met.
    this.#noise -= NOISE_LEARNING * Math.max(0, this.#noise - share);
    // Something other than the rate holds the requests back.
    if (this.#rate === Infinity || sent < 0.7 * this.#rate) return;
    this.#isConfirmed = true;
    if (this.#isRecovering) {
      this.#rate = Math.min(4 * this.#rate, 0.9 * this.#ceiling);
      return;
    }
    this.#rate = this.#growth.next(this.#rate);
  }
}
