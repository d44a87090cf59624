import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync } from "node:fs";
import { createConnection, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { removeIfPossible } from "../util/atomic-file";
import { type Platform, thisPlatform } from "../util/platform/platform";
import { identityOf, isRunning } from "../util/platform/process-identity";

/** For the guardian of whoever was first to start, also on a machine that has ten times as much to do as it can. */
const WAIT_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 20;
/** What the names below add to a path: a dot, and `socket` or the number of a process. */
const LONGEST_ENDING = 8;

/**
 * Where the launchers that one Terraform has started meet, so that one guardian serves them all. It only ever saves time: a launcher that
 * finds nobody here starts a guardian of its own.
 *
 * In the system's folder for temporary files, because a socket's path must be short, and there in a folder that is the user's own, because
 * secrets pass through it. `<pid>-<start time>.first`, named after Terraform's process, is made by the launcher that comes first;
 * `<pid>-<start time>.socket` by the guardian that it starts.
 */
export class Rendezvous {
  /** Of the launchers that `starter` has started; undefined where they cannot meet, or not safely. */
  static of(parent: number, { maxSocketPath }: Platform = thisPlatform): Rendezvous | undefined {
    if (maxSocketPath === undefined || parent === 0) return undefined;
    const folder = join(tmpdir(), `blob-copy-${process.getuid?.() ?? ""}`);
    const path = join(folder, `${parent}-${identityOf(parent).startTime}`);
    return Buffer.byteLength(path) + LONGEST_ENDING <= maxSocketPath && isPrivate(folder) ? new Rendezvous(path) : undefined;
  }

  /** `path` as the launcher has it from `of`. */
  constructor(readonly path: string) {}

  /** Whether launchers may still come. */
  get isOfUse(): boolean {
    return isOfUse(basename(this.path));
  }

  /** Resolves with a connection to the guardian, or `first`, or with undefined when nobody answers. */
  async find(): Promise<Socket | "first" | undefined> {
    for (const deadline = Date.now() + WAIT_MILLISECONDS; Date.now() < deadline; await pause()) {
      const isFirst = this.#beFirst();
      if (isFirst) return "first";
      if (isFirst === undefined) return undefined;
      const found = await connect(this.#socket);
      if (found === "dead") break;
      if (found !== "nobody") return found;
    }
    this.clear();
    return undefined;
  }

  /** Lets launchers come to `server`, if that is possible here. */
  open(server: Server): void {
    const unready = `${this.path}.${process.pid}`;
    server.on("error", () => this.clear());
    server.listen(unready);
    // Under its name it is there only when it answers. Where it is not there at all, `error` follows.
    attempt(() => renameSync(unready, this.#socket));
  }

  /** The next launcher is the first one again. Takes what guardians that were killed have left along. */
  clear(): void {
    removeIfPossible(this.#socket);
    removeIfPossible(this.#first);
    const folder = dirname(this.path);
    for (const name of attempt(() => readdirSync(folder)) ?? []) if (!isOfUse(name)) removeIfPossible(join(folder, name));
  }

  get #first(): string {
    return `${this.path}.first`;
  }

  get #socket(): string {
    return `${this.path}.socket`;
  }

  /** undefined when no file can be made here. */
  #beFirst(): boolean | undefined {
    try {
      closeSync(openSync(this.#first, "wx", 0o600));
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EEXIST" ? false : undefined;
    }
  }
}

/** Whether the process that this is named after is running. */
function isOfUse(name: string): boolean {
  const [, pid, startTime = ""] = /^(\d+)-(\d*)/.exec(name) ?? [];
  return isRunning({ pid: Number(pid), startTime });
}

/** Made if it is not there. */
function isPrivate(folder: string): boolean {
  attempt(() => mkdirSync(folder, { mode: 0o700 }));
  const found = attempt(() => lstatSync(folder));
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}

/** Whatever the file system refuses here, a guardian of one's own does not need it. */
function attempt<Result>(step: () => Result): Result | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}

function connect(path: string): Promise<Socket | "nobody" | "dead"> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED" ? "dead" : "nobody"));
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
}
