import type { Clock } from "../../ports/clock";
import { onAbort } from "../../../util/abort/abort-listeners";
import { AcceptedRate } from "./accepted-rate";
import { LatencyLimit } from "./latency-limit";
import { TokenBucket } from "./token-bucket";

export interface GateOptions {
  /** Limit of requests in flight. */
  readonly max: number;
  readonly clock: Clock;
  readonly bytesPerSecond?: number | undefined;
}

/** Waits before a throttled request is sent again. */
export type Rest = (milliseconds: number, signal: AbortSignal) => Promise<void>;

interface Waiter {
  readonly bytes: number;
  readonly admit: () => void;
}

/** A larger request takes as long as the service needs to move its bytes. */
const SMALL = 1024 * 1024;

/**
 * All requests of a set that move or change blobs pass through this gate. It lets the requests in
 * flight grow up to the user's limit while the service answers as fast as before. It limits
 * requests a second to the rate that the service accepts, and bytes a second to the declared
 * bandwidth.
 */
export class RequestGate {
  readonly #concurrency: LatencyLimit;
  readonly #rate: AcceptedRate;
  readonly #bucket: TokenBucket | undefined;
  #waiting: Waiter[] = [];
  #next = 0;
  #inFlight = 0;
  #isTimed = false;
  #isOpen = false;

  constructor(private readonly options: GateOptions) {
    const { max, clock, bytesPerSecond } = options;
    this.#concurrency = new LatencyLimit(max);
    this.#rate = new AcceptedRate(clock);
    if (bytesPerSecond === undefined) return;
    this.#bucket = new TokenBucket({ rate: () => bytesPerSecond, seconds: 1, clock });
    this.#bucket.fill();
  }

  /** Current limit of requests in flight. */
  get limit(): number {
    return this.#concurrency.limit;
  }

  /**
   * Sends when the gate admits the request. Rejects without sending if `signal` is aborted first.
   */
  async run<Answer>(bytes: number, send: (rest: Rest) => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    if (!this.#mayEnter() || this.#next < this.#waiting.length) await this.#wait(bytes, signal);
    else this.#enter(bytes);
    const startedAt = this.options.clock.now();
    try {
      const answer = await send(this.#rest);
      this.#rate.accepted();
      this.#concurrency.answered(bytes <= SMALL ? this.options.clock.now() - startedAt : undefined);
      this.#leave();
      return answer;
    } catch (error) {
      // The caller may end the set because of this failure, and must do so before another request
      // is sent.
      setImmediate(() => this.#leave());
      throw error;
    }
  }

  #leave(): void {
    this.#inFlight--;
    this.#admit();
  }

  /** A throttled request gives up its place, and queues again after its pause. */
  readonly #rest: Rest = async (milliseconds, signal) => {
    this.#inFlight--;
    this.#admit();
    try {
      await this.options.clock.sleep(milliseconds, signal);
      await this.#wait(0, signal);
    } catch (error) {
      // `run` subtracts it again when it sees this error.
      this.#inFlight++;
      throw error;
    }
  };

  /**
   * Called when the service throttled a request, with the milliseconds after which it wants that
   * request again.
   */
  readonly throttled = (retryAfterMilliseconds: number): void => {
    this.#concurrency.throttled();
    this.#rate.throttled(retryAfterMilliseconds);
  };

  /** Admits every request from now on: a rollback must not wait. */
  open(): void {
    this.#isOpen = true;
    this.#admit();
  }

  #mayEnter(): boolean {
    return this.#isOpen || (this.#inFlight < this.limit && this.#pause() === 0);
  }

  #pause(): number {
    return Math.max(this.#rate.pause, this.#bucket?.pause ?? 0);
  }

  #enter(bytes: number): void {
    this.#inFlight++;
    this.#rate.take();
    this.#bucket?.take(bytes);
  }

  #wait(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const abort = () => {
        isOver = true;
        reject(signal?.reason as Error);
      };
      if (signal?.aborted === true) return abort();
      const forgetSignal = signal && onAbort(signal, abort);
      const admit = () => {
        if (isOver) return;
        forgetSignal?.();
        this.#enter(bytes);
        resolve();
      };
      this.#waiting.push({ bytes, admit });
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#next < this.#waiting.length && this.#mayEnter()) this.#waiting[this.#next++]?.admit();
    if (this.#next > 1_024 && this.#next * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    const isWaiting = this.#next < this.#waiting.length && !this.#isOpen && !this.#isTimed;
    // Otherwise the next response makes room.
    if (isWaiting && this.#inFlight < this.limit) void this.#admitAfter(this.#pause());
  }

  async #admitAfter(milliseconds: number): Promise<void> {
    this.#isTimed = true;
    await this.options.clock.sleep(milliseconds);
    this.#isTimed = false;
    this.#admit();
  }
}
