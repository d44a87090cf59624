import { readFileSync, readdirSync } from "node:fs";
import { onAbort } from "../../util/abort/abort-listeners";

/**
 * The system has no socket, port or buffer left for this process. This passes when others release
 * theirs.
 */
const EXHAUSTED = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS"]);

export function isExhausted(code: string): boolean {
  return EXHAUSTED.has(code);
}

/**
 * Files that journals, receipts and the system's own look-ups need in addition to the connections.
 */
const RESERVED = 16;
/** Share of the requests in flight at a refusal that becomes the new limit. */
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
 * Limits how many requests are in flight at the same time, by the system's limit for this process.
 * There is one budget for the process, whatever the number of copies: each copy alone would keep
 * within the limit, but all of them together would not.
 */
export class ConnectionBudget {
  #taken = 0;
  #nextStep = Number.POSITIVE_INFINITY;
  #waiting: Waiter[] = [];
  readonly #closers = new Set<() => number>();

  constructor(private limit: number = limitOfProcess()) {}

  /**
   * undefined: the request may start at once. Rejects with the signal's reason. Urgent requests get
   * the next free place.
   */
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
   * Called when the system refused a connection, after the place was given back. Waits until the
   * system can have released the connections that were closed, then resolves with whether another
   * try has a chance. `lone` counts the tries that were refused although nothing else was in flight
   * or idle.
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

  /**
   * `close` closes idle connections, and returns how many. Returns a function that removes `close`
   * again.
   */
  onShortage(close: () => number): () => void {
    this.#closers.add(close);
    return () => this.#closers.delete(close);
  }
}

/** If the system does not report its limit, a refusal shows it. */
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

/** The budget of this process. */
export function connectionBudget(): ConnectionBudget {
  return (shared ??= new ConnectionBudget());
}
