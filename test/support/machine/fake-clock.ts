import type { Clock } from "../../../src/engine/ports/clock";

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

const LONGEST_RUN = 5 * 3_600_000;

/** Time that stands still until everything that can happen has happened, and then jumps to the next timer. */
export class FakeClock implements Clock {
  #now: number;
  #timers: Timer[] = [];

  constructor(start = Date.UTC(2026, 0, 5, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.after(milliseconds, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Calls back once, `milliseconds` from now; gives the function that prevents it. */
  after(milliseconds: number, fire: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, milliseconds), fire };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass until `promise` is settled. */
  async runToEnd<T>(promise: Promise<T>): Promise<T> {
    const settled = new AbortController();
    const done = () => settled.abort();
    promise.then(done, done);
    const latest = this.#now + LONGEST_RUN;
    for (await idle(); !settled.signal.aborted; await idle()) {
      if (this.#now > latest) throw new Error("the promise is not settled after five hours");
      if (!this.#fireNext(Infinity)) throw new Error("nothing is going to happen any more, and the promise is not settled");
    }
    return promise;
  }

  /** Lets `milliseconds` pass. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await idle();
    while (this.#fireNext(end)) await idle();
    this.#now = end;
    await idle();
  }

  #fireNext(latest: number): boolean {
    const next = this.#timers.reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    );
    if (next === undefined || next.at > latest) return false;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#now = Math.max(this.#now, next.at);
    next.fire();
    return true;
  }
}

/** Everything here goes on in microtasks, and all of them are done before an immediate. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
