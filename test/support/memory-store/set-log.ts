import type { SetLog } from "../../../src/engine/ports/set-log";

/** A log that survives its process, as a file does. */
export class MemorySetLog implements SetLog {
  #lines: string[] = [];

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  append(lines: string): void {
    this.#lines.push(...lines.trimEnd().split("\n"));
  }

  reserve(): void {
    // Memory always has room.
  }

  async *lines(): AsyncGenerator<string> {
    for (let index = 0; index < this.#lines.length; index++) yield this.#lines[index] ?? "";
  }

  remove(): void {
    this.#lines = [];
  }
}
