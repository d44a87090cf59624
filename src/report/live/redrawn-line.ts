import { eventText } from "./event-text";
import type { CopyEvent } from "../../engine/ports/events";
import { Progress } from "./progress";
import type { Print, Reporter } from "./reporter";
import { plainLine } from "./text-lines";

/**
 * For a terminal: changes of state scroll by as lines, and progress is one line at the bottom that
 * is redrawn. It is erased with spaces, without colours or escape sequences, so NO_COLOR and the
 * simplest terminals are supported by construction.
 */
export class RedrawnLine implements Reporter {
  readonly #progress: Progress;
  #drawn = 0;

  constructor(
    private readonly print: Print,
    now: () => number,
    /** Columns. */
    private readonly width: number,
  ) {
    this.#progress = new Progress(now);
  }

  report(event: CopyEvent): void {
    this.#progress.observe(event);
    const lines = eventText(event);
    if (lines.length > 0) {
      this.#wipe();
      for (const line of lines) this.print(`${plainLine(line)}\n`);
    }
    this.tick();
  }

  tick(): void {
    if (!this.#progress.isActive) return this.#wipe();
    // One column stays free: a full last column makes some terminals scroll.
    const line = plainLine(this.#progress.line()).slice(0, this.width - 1);
    this.print(`\r${line.padEnd(this.#drawn)}`);
    this.#drawn = line.length;
  }

  end(): void {
    this.#wipe();
  }

  #wipe(): void {
    if (this.#drawn > 0) this.print(`\r${" ".repeat(this.#drawn)}\r`);
    this.#drawn = 0;
  }
}
