import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync } from "node:fs";
import { createConnection, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { removeIfPossible } from "../util/atomic-file";
import { type Platform, thisPlatform } from "../util/platform/platform";
import { identityOf, isRunning } from "../util/platform/process-identity";

/**
 * Time for the guardian of the first launcher to start, even on a machine with ten times the load
 * that it can handle.
 */
const WAIT_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 20;
/** Bytes that the names below add to a path: a dot, and `socket` or the number of a process. */
const MAX_ENDING = 8;

/**
 * The meeting point of all launchers that one Terraform has started, so that one guardian serves
 * them all. It only saves time: a launcher that finds no guardian here starts one of its own.
 *
 * It is in the system's folder for temporary files, because a socket's path must be short, and
 * there in a folder that belongs to the user, because secrets pass through it. The first launcher
 * creates `<pid>-<start time>.first`, named after Terraform's process. The guardian that it starts
 * creates `<pid>-<start time>.socket`.
 */
export class Rendezvous {
  /**
   * The rendezvous of the launchers that `parent` has started; undefined if they cannot meet, or
   * not safely.
   */
  static of(parent: number, { maxSocketPath }: Platform = thisPlatform): Rendezvous | undefined {
    if (maxSocketPath === undefined || parent === 0) return undefined;
    const folder = join(tmpdir(), `blob-copy-${process.getuid?.() ?? ""}`);
    const path = join(folder, `${parent}-${identityOf(parent).startTime}`);
    return Buffer.byteLength(path) + MAX_ENDING <= maxSocketPath && isPrivate(folder) ? new Rendezvous(path) : undefined;
  }

  /** `path` is that of the launcher's rendezvous, from `of`. */
  constructor(readonly path: string) {}

  /** Whether more launchers may come. */
  get isOfUse(): boolean {
    return isOfUse(basename(this.path));
  }

  /**
   * Resolves with a connection to the guardian, with `first`, or with undefined if no guardian
   * answers.
   */
  async find(): Promise<Socket | "first" | undefined> {
    for (const deadline = Date.now() + WAIT_MILLISECONDS; Date.now() < deadline; await pause()) {
      const isFirst = this.#beFirst();
      if (isFirst) return "first";
      if (isFirst === undefined) return undefined;
      const found = await connect(this.#socket);
      if (found === "dead") break;
      if (found !== "nothing") return found;
    }
    this.clear();
    return undefined;
  }

  /** Lets launchers connect to `server`, if that is possible here. */
  open(server: Server): void {
    const unready = `${this.path}.${process.pid}`;
    server.on("error", () => this.clear());
    server.listen(unready);
    // The socket gets its name only once it accepts connections. If it was not created at all,
    // `error` follows.
    attempt(() => renameSync(unready, this.#socket));
  }

  /** Makes the next launcher the first one again, and removes the files of killed guardians. */
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

  /** undefined if no file can be created here. */
  #beFirst(): boolean | undefined {
    try {
      closeSync(openSync(this.#first, "wx", 0o600));
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EEXIST" ? false : undefined;
    }
  }
}

/** Whether the process in this name is running. */
function isOfUse(name: string): boolean {
  const [, pid, startTime = ""] = /^(\d+)-(\d*)/.exec(name) ?? [];
  return isRunning({ pid: Number(pid), startTime });
}

/** Creates the folder if it is missing. */
function isPrivate(folder: string): boolean {
  attempt(() => mkdirSync(folder, { mode: 0o700 }));
  const found = attempt(() => lstatSync(folder));
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}

/**
 * Ignores errors of the file system: a launcher without a rendezvous starts a guardian of its own.
 */
function attempt<Result>(step: () => Result): Result | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}

function connect(path: string): Promise<Socket | "nothing" | "dead"> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED" ? "dead" : "nothing"));
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
}
