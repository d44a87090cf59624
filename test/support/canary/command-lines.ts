import { readdirSync, readFileSync } from "node:fs";

/** The command lines of all processes on this machine, for as long as it watches: where everybody can read them. */
export class CommandLines {
  readonly #seen = new Set<string>();
  readonly #environments = new Map<string, string>();
  readonly #timer = setInterval(() => this.#look(), 25);

  /** @param watched parts of command lines: of processes with one of them, the environment is read, too, as everybody of the same user can */
  constructor(private readonly watched: readonly string[] = []) {}

  get text(): string {
    return [...this.#seen].join("\n");
  }

  /** How many of them have this in them. */
  count(part: string): number {
    return [...this.#seen].filter((line) => line.includes(part)).length;
  }

  /** What the watched processes were started with, by their command lines. */
  get environments(): ReadonlyMap<string, string> {
    return this.#environments;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const name of readdirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
        this.#seen.add(line);
        if (!this.watched.some((part) => line.includes(part))) continue;
        const environment = readFileSync(`/proc/${name}/environ`, "latin1").replaceAll("\0", "\n");
        // Between fork and exec it is still its starter's.
        if (environment !== "") this.#environments.set(`${name} ${line}`, environment);
      } catch {
        // It has ended.
      }
    }
  }
}
