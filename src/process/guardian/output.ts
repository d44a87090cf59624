import type { Writable } from "node:stream";

/**
 * Bytes of memory that a launcher may use at most if it is alive but does not read (stopped, or
 * behind a stuck terminal).
 */
const MAX_QUEUE = 1_048_576;

/**
 * Passes the guardian's output to the launcher, which may be gone or stuck at any time. So writing
 * never fails and never waits, and output that cannot be delivered is dropped.
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

  /** The launcher's report on whether it has passed on the output. The first one counts. */
  acknowledge(isHeard: boolean): void {
    this.#acknowledge(isHeard);
  }

  /**
   * Resolves with whether the stream has taken everything, after `milliseconds` at the latest. That
   * does not show whether the output is read.
   */
  flush(milliseconds: number): Promise<boolean> {
    return this.#within(milliseconds, () => new Promise((resolve) => this.stream.write("", (error) => resolve(!error))));
  }

  /**
   * Sends `question` to the launcher. Resolves with whether the launcher has confirmed that it
   * passed on all output, after `milliseconds` at the latest. Nothing is printed afterwards: a
   * cancelled task can continue for a moment after its end was reported.
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
