import { readdirSync, readFileSync } from "node:fs";

/** The command lines of all processes on this machine, for as long as it watches: where everybody can read them. */
export class CommandLines {
  readonly #seen = new Set<string>();
  readonly #timer = setInterval(() => this.#look(), 25);

  get text(): string {
    return [...this.#seen].join("\n");
  }

  /** How many of them have this in them. */
  count(part: string): number {
    return [...this.#seen].filter((line) => line.includes(part)).length;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        this.#seen.add(readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " "));
      } catch {
        // It has ended.
      }
    }
  }
}
