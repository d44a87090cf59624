import { readFileSync, readdirSync } from "node:fs";
import { onAbort } from "../../util/abort/abort-listeners";

/** The system has no socket, port or buffer left for this process: that passes when others are done with theirs. */
const EXHAUSTED = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS"]);

export function isExhausted(code: string): boolean {
  return EXHAUSTED.has(code);
}

/** Files that journals, receipts and the system's own look-ups need beside the connections. */
const RESERVED = 16;
/** Of what was in flight when the system refused. */
const SHARE_AFTER_REFUSAL = 3 / 4;
const MILLISECONDS_BEFORE_GROWTH = 10_000;
const MILLISECONDS_BETWEEN_STEPS = 250;

const PAUSE_AFTER_REFUSAL = 20;
const MAX_LONE_TRIES = 8;

export interface LoneTries {
  count: number;
}

interface Waiter {
  readonly start: () => void;
}

/**
 * How many requests may be in flight at once, by what the system allows this process. There is one for the process, whatever
 * the number of copies: each of them alone would keep within the limit, and all of them together would not.
 */
export class ConnectionBudget {
  #taken = 0;
  #nextStep = Number.POSITIVE_INFINITY;
  #waiting: Waiter[] = [];
  readonly #closers = new Set<() => number>();

  constructor(private limit: number = limitOfProcess()) {}

  /** undefined: go ahead, at once. Rejects with the signal's reason. Urgent requests wait for the next place that is free. */
  take(isUrgent = false, signal?: AbortSignal): Promise<void> | undefined {
    if (this.#taken < this.limit) {
      this.#taken++;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const waiter = {
        start: () => {
          forgetSignal?.();
          resolve();
        },
      };
      const forgetSignal =
        signal &&
        onAbort(signal, () => {
          this.#waiting = this.#waiting.filter((other) => other !== waiter);
          reject(signal.reason as Error);
        });
      if (isUrgent) this.#waiting.unshift(waiter);
      else this.#waiting.push(waiter);
    });
  }

  giveBack(): void {
    this.#taken--;
    if (Date.now() >= this.#nextStep) {
      this.limit++;
      this.#nextStep = Date.now() + MILLISECONDS_BETWEEN_STEPS;
    }
    while (this.#taken < this.limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#taken++;
      next.start();
    }
  }

  /**
   * The system refused a place that was taken and has been given back. Resolves with whether another try has a chance, after
   * the system has had the time to take back what was closed; `lone` counts the tries that nothing stood in the way of.
   */
  async refused(lone: LoneTries): Promise<boolean> {
    lone.count = this.#makeRoom() ? 0 : lone.count + 1;
    if (lone.count > MAX_LONE_TRIES) return false;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_REFUSAL * (1 + Math.random() + lone.count)));
    return true;
  }

  #makeRoom(): boolean {
    this.#nextStep = Date.now() + MILLISECONDS_BEFORE_GROWTH;
    let closed = 0;
    for (const close of this.#closers) closed += close();
    const others = this.#taken;
    if (others > 0) this.limit = Math.max(1, Math.min(this.limit, Math.floor(others * SHARE_AFTER_REFUSAL)));
    return others > 0 || closed > 0;
  }

  /** `close` ends connections that are idle, and returns how many. Returns what takes it off again. */
  onShortage(close: () => number): () => void {
    this.#closers.add(close);
    return () => this.#closers.delete(close);
  }
}

/** Where the system does not tell, a refusal does. */
function limitOfProcess(): number {
  try {
    const soft = Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
    const open = readdirSync("/proc/self/fd").length;
    return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : Math.max(1, soft - open - RESERVED);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

let shared: ConnectionBudget | undefined;

/** The process's. */
export function connectionBudget(): ConnectionBudget {
  return (shared ??= new ConnectionBudget());
}
