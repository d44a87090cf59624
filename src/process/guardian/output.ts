import type { Writable } from "node:stream";

/** A launcher that is alive but reads nothing (stopped, or behind a stuck terminal) may cost this much memory, no more. */
const MAX_QUEUE = 1_048_576;

/**
 * What the guardian prints goes to the launcher, which may be gone or stuck at any time. So writing never fails and never
 * waits: what cannot be delivered is dropped.
 */
export class GuardianOutput {
  #closed = false;
  #isAllTold = false;
  #acknowledge: (isHeard: boolean) => void = () => undefined;
  readonly #acknowledged = new Promise<boolean>((resolve) => (this.#acknowledge = resolve));

  constructor(private readonly stream: Writable) {
    // Without a listener, a launcher that is gone would end the guardian with EPIPE.
    stream.on("error", () => (this.#closed = true));
    stream.once("close", () => this.acknowledge(false));
  }

  readonly print = (text: string): void => {
    if (!this.#closed && !this.#isAllTold && this.stream.writableLength < MAX_QUEUE) this.stream.write(text);
  };

  /** The reader's word on whether it has passed on what was printed. The first one counts. */
  acknowledge(isHeard: boolean): void {
    this.#acknowledge(isHeard);
  }

  /** Resolves with whether everything was taken by the stream, after `milliseconds` at the latest. Whether anybody reads it is not known by that. */
  flush(milliseconds: number): Promise<boolean> {
    return this.#within(milliseconds, () => new Promise((resolve) => this.stream.write("", (error) => resolve(!error))));
  }

  /**
   * Puts `question` to the reader, and resolves with whether it has acknowledged to have passed on all that was printed, as `flush`
   * otherwise. From then on nothing is printed any more: what was cancelled can go on for a moment after its end was told.
   */
  isHeard(question: string, milliseconds: number): Promise<boolean> {
    this.#isAllTold = true;
    return this.#within(milliseconds, () => {
      this.stream.write(question);
      return this.#acknowledged;
    });
  }

  async #within(milliseconds: number, act: () => Promise<boolean>): Promise<boolean> {
    if (this.#closed) return false;
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
    const isDone = await Promise.race([act(), timeUp]);
    clearTimeout(timer);
    return isDone && !this.#closed;
  }
}
