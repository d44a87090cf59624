import type { Clock } from "../../../../../src/engine/ports/clock";

/**
 * Time in whole milliseconds, each with the timers that end in it: as cheap as possible, for
 * simulations of millions of requests.
 */
export class SimulatedClock implements Clock {
  #now = 0;
  readonly #ends = new Map<number, (() => void)[]>();

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = this.#now + Math.max(1, Math.ceil(milliseconds));
      const others = this.#ends.get(end);
      if (others === undefined) this.#ends.set(end, [resolve]);
      else others.push(resolve);
    });
  }

  /**
   * Lets time pass until this moment. All work within a millisecond is done before the next one.
   */
  async runTo(end: number): Promise<void> {
    await allDone();
    while (this.#now < end) {
      const ended = this.#ends.get(++this.#now);
      if (ended === undefined) continue;
      this.#ends.delete(this.#now);
      // One after the other, as answers arrive: the consequences of each are done before the next
      // one.
      for (const resolve of ended) setImmediate(resolve);
      await allDone();
    }
  }
}

/** All simulated work happens in microtasks, which are done before an immediate. */
function allDone(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
