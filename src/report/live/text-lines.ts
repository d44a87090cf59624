import { eventText } from "./event-text";
import type { CopyEvent } from "../../engine/ports/events";
import { Heartbeat } from "./heartbeat";
import { Progress } from "./progress";
import type { Print, Reporter } from "./reporter";

/** Terraform drops lines of 64 KiB and repeats only the last 8 KiB of a failure. */
const MAX_LINE = 3_500;

/**
 * Plain lines for a log: one per change of state, and a heartbeat. There are no carriage returns or
 * escape sequences.
 */
export class TextLines implements Reporter {
  readonly #progress: Progress;
  #heartbeat: Heartbeat | undefined;

  constructor(
    private readonly print: Print,
    private readonly now: () => number,
  ) {
    this.#progress = new Progress(now);
  }

  report(event: CopyEvent): void {
    this.#progress.observe(event);
    for (const line of eventText(event)) this.print(`${plainLine(line)}\n`);
    this.tick();
  }

  tick(): void {
    if (!this.#progress.isActive) {
      this.#heartbeat = undefined;
      return;
    }
    this.#heartbeat ??= new Heartbeat(this.now());
    if (this.#heartbeat.isDue(this.now(), this.#progress.fraction)) this.print(`${plainLine(this.#progress.line())}\n`);
  }

  end(): void {
    // Every line is complete.
  }
}

/**
 * Messages of the service can contain any characters. A log line contains no control characters,
 * and its length is limited.
 */
export function plainLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trimEnd();
  return plain.length <= MAX_LINE ? plain : `${plain.slice(0, MAX_LINE)} …`;
}
