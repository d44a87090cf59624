import { setImmediate } from "node:timers";
import type { Clock } from "../../../src/engine/ports/clock";

interface Timer {
  readonly at: number;
  /** Timers of the same moment fire in the order in which they were set. */
  readonly order: number;
  readonly fire: () => void;
}

const LONGEST_RUN = 5 * 3_600_000;

/** A clock that stands still until all possible work is done, and then jumps to the next timer. */
export class FakeClock implements Clock {
  #now: number;
  #asleep = 0;
  /** A binary heap, since simulations set millions of timers, and thousands at a time. */
  readonly #timers: Timer[] = [];
  readonly #pending = new Set<Timer>();
  #order = 0;

  constructor(start = Date.UTC(2026, 0, 5, 12)) {
    this.#now = start;
  }

  now(): number {
    return this.#now + this.#asleep;
  }

  /** The machine sleeps, like a laptop with a closed lid: clocks continue, timers do not. */
  suspend(milliseconds: number): void {
    this.#asleep += milliseconds;
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

  /** Calls back once, `milliseconds` from now. Returns a function that cancels it. */
  after(milliseconds: number, fire: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, fire };
    this.#pending.add(timer);
    push(this.#timers, timer);
    return () => {
      this.#pending.delete(timer);
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
    let next = this.#timers[0];
    while (next !== undefined && !this.#pending.has(next)) {
      pop(this.#timers);
      next = this.#timers[0];
    }
    if (next === undefined || next.at > latest) return false;
    pop(this.#timers);
    this.#pending.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.fire();
    return true;
  }
}

function isBefore(one: Timer | undefined, other: Timer | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined;
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function swap(heap: Timer[], one: number, other: number): void {
  const [first, second] = [heap[one], heap[other]];
  if (first === undefined || second === undefined) return;
  heap[one] = second;
  heap[other] = first;
}

function push(heap: Timer[], timer: Timer): void {
  heap.push(timer);
  for (let child = heap.length - 1; child > 0;) {
    const parent = (child - 1) >> 1;
    if (!isBefore(heap[child], heap[parent])) return;
    swap(heap, child, parent);
    child = parent;
  }
}

function pop(heap: Timer[]): void {
  swap(heap, 0, heap.length - 1);
  heap.pop();
  for (let parent = 0; ;) {
    const left = 2 * parent + 1;
    const least = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    if (!isBefore(heap[least], heap[parent])) return;
    swap(heap, least, parent);
    parent = least;
  }
}

/** All simulated work happens in microtasks, which are done before an immediate. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
