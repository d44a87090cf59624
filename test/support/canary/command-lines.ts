import { readdirSync, readFileSync } from "node:fs";

interface Watch {
  /** Parts of command lines: of processes with one of them, the environment is read, too, as everybody of the same user can. */
  readonly environmentsOf?: readonly string[];
  /** Default: 25 ms. */
  readonly everyMilliseconds?: number;
}

/**
 * The command lines of all processes of this machine that are started while it watches: where everybody can read them. Those that were
 * there before have been told nothing of this test.
 */
export class CommandLines {
  readonly #before = new Set(readdirSync("/proc"));
  readonly #seen = new Set<string>();
  readonly #environments = new Map<string, string>();
  readonly #environmentsOf: readonly string[];
  readonly #timer: NodeJS.Timeout;

  constructor({ environmentsOf = [], everyMilliseconds = 25 }: Watch = {}) {
    this.#environmentsOf = environmentsOf;
    this.#timer = setInterval(() => this.#look(), everyMilliseconds);
  }

  get lines(): readonly string[] {
    return [...this.#seen];
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** How many of them have this in them. */
  count(part: string): number {
    return this.lines.filter((line) => line.includes(part)).length;
  }

  /** What the watched processes were started with, by their command lines. */
  get environments(): ReadonlyMap<string, string> {
    return this.#environments;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const names = readdirSync("/proc");
    const present = new Set(names);
    // Of a process that has ended, another can get the number.
    for (const name of this.#before) if (!present.has(name)) this.#before.delete(name);
    for (const name of names) {
      if (this.#before.has(name) || !/^\d+$/.test(name)) continue;
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
        this.#seen.add(line);
        if (!this.#environmentsOf.some((part) => line.includes(part))) continue;
        const environment = readFileSync(`/proc/${name}/environ`, "latin1").replaceAll("\0", "\n");
        // Between fork and exec it is still its starter's.
        if (environment !== "") this.#environments.set(`${name} ${line}`, environment);
      } catch {
        // It has ended.
      }
    }
  }
}
