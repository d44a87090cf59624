import { constants, createWriteStream, type WriteStream } from "node:fs";

/**
 * A terminal that is written to must not become the guardian's controlling terminal: the guardian
 * would then end with it.
 */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOCTTY;
/** Bytes of memory that a blocked terminal may use at most. */
const MAX_QUEUE = 1_048_576;

/**
 * A file or terminal to which a run is logged in addition to Terraform. Terraform hides a program's
 * output when a secret is passed to it, and shows nothing after a Ctrl-C. Writing never fails and
 * never waits.
 */
export class LogFile {
  readonly #stream: WriteStream;
  #isOpen = true;

  /** `onFailure` is called once if the file cannot be written. */
  constructor(path: string, onFailure: (why: string) => void) {
    this.#stream = createWriteStream(path, { flags: FLAGS as unknown as string, mode: 0o600 });
    this.#stream.on("error", (error) => {
      if (this.#isOpen) onFailure(error.message);
      this.#isOpen = false;
    });
  }

  readonly print = (text: string): void => {
    if (this.#isOpen && this.#stream.writableLength < MAX_QUEUE) this.#stream.write(text);
  };

  /**
   * Resolves when everything is written or cannot be written, after `milliseconds` at the latest.
   */
  async close(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
    const written = new Promise<void>((resolve) => this.#stream.once("close", resolve).end());
    await Promise.race([written, timeUp]);
    clearTimeout(timer);
    this.#isOpen = false;
    this.#stream.destroy();
  }
}
