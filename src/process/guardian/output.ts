import type { Writable } from "node:stream";

/** A launcher that is alive but reads nothing (stopped, or behind a stuck terminal) may cost this much memory, no more. */
const MAX_QUEUE = 1_048_576;

/**
 * What the guardian prints goes to the launcher, which may be gone or stuck at any time. So writing never fails and never
 * waits: what cannot be delivered is dropped.
 */
export class GuardianOutput {
  #closed = false;

  constructor(private readonly stream: Writable) {
    // Without a listener, a launcher that is gone would end the guardian with EPIPE.
    stream.on("error", () => (this.#closed = true));
  }

  readonly print = (text: string): void => {
    if (!this.#closed && this.stream.writableLength < MAX_QUEUE) this.stream.write(text);
  };

  /** Resolves with whether everything was taken, after `milliseconds` at the latest. */
  async flush(milliseconds: number): Promise<boolean> {
    if (this.#closed) return false;
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), milliseconds)));
    const written = new Promise<boolean>((resolve) => this.stream.write("", (error) => resolve(!error)));
    const delivered = await Promise.race([written, timeUp]);
    clearTimeout(timer);
    return delivered && !this.#closed;
  }
}
