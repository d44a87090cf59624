import type { Clock } from "../../../../../src/engine/ports/clock";

/** Time in whole milliseconds, each with the timers that end in it: as cheap as time can be, for simulations of millions of requests. */
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

  /** Lets time pass until this moment; what happens within a millisecond is over before the next one. */
  async runTo(end: number): Promise<void> {
    await allDone();
    while (this.#now < end) {
      const ended = this.#ends.get(++this.#now);
      if (ended === undefined) continue;
      this.#ends.delete(this.#now);
      // One after the other, as answers come: what each leads to is over before the next one.
      for (const resolve of ended) setImmediate(resolve);
      await allDone();
    }
  }
}

/** Everything here goes on in microtasks, and all of them are done before an immediate. */
function allDone(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
