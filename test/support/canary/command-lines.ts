import { readdirSync, readFileSync } from "node:fs";

interface Watch {
  /**
   * Parts of command lines. Processes whose command line contains one of them also have their
   * environment read, as any process of the same user can do.
   */
  readonly environmentsOf?: readonly string[];
  /** Default: 25 ms. */
  readonly everyMilliseconds?: number;
}

/**
 * Collects the command lines of all processes that start on this machine while it watches, as any
 * user can read them. Processes that were already running cannot know the test's secrets.
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

  /** Number of the command lines that contain this part. */
  count(part: string): number {
    return this.lines.filter((line) => line.includes(part)).length;
  }

  /** Environments of the watched processes, by their command lines. */
  get environments(): ReadonlyMap<string, string> {
    return this.#environments;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const names = readdirSync("/proc");
    const present = new Set(names);
    // A new process can get the number of one that has ended.
    for (const name of this.#before) if (!present.has(name)) this.#before.delete(name);
    for (const name of names) {
      if (this.#before.has(name) || !/^\d+$/.test(name)) continue;
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
        this.#seen.add(line);
        if (!this.#environmentsOf.some((part) => line.includes(part))) continue;
        const environment = readFileSync(`/proc/${name}/environ`, "latin1").replaceAll("\0", "\n");
        // Between fork and exec, a process still has its parent's environment.
        if (environment !== "") this.#environments.set(`${name} ${line}`, environment);
      } catch {
        // The process has ended.
      }
    }
  }
}
