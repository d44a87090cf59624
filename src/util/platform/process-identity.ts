import { readFileSync } from "node:fs";
import { type Platform, thisPlatform } from "./platform";
import { askAboutProcess, type ProcessFacts } from "./ask-about-process";

/** Distinguishes a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /**
   * On Linux clock ticks since boot, elsewhere milliseconds since 1970. Empty if it cannot be read,
   * or only by asking another program; then only the number is compared.
   */
  readonly startTime: string;
}

/**
 * Difference between the start time that a process knows and the one that the system knows: Node's
 * own start takes time, and the system may report whole seconds.
 */
const TOLERANCE_MILLISECONDS = 10_000;

/**
 * Processes whose identity was confirmed. They are inspected so often from then on that another
 * process cannot take their number unnoticed.
 */
const known = new Set<string>();

export function ownIdentity(platform: Platform = thisPlatform): ProcessIdentity {
  if (platform.startTimeFrom === "proc") return identityOf(process.pid, platform);
  return { pid: process.pid, startTime: Math.round(performance.timeOrigin).toString() };
}

/**
 * For a process that is watched from now on: where another program would have to be asked, its
 * number is enough.
 */
export function identityOf(pid: number, platform: Platform = thisPlatform): ProcessIdentity {
  return { pid, startTime: (platform.startTimeFrom === "proc" ? readStat(pid)?.startTime : undefined) ?? "" };
}

/**
 * Whether the process is still running. It counts as gone only if the system says so: no process
 * has that number, or the process has ended and was not collected yet, or it started at another
 * time. A process that cannot be inspected (no `/proc` in a sandbox, a process of another user, no
 * file descriptor left) counts as running.
 */
export function isRunning(identity: ProcessIdentity, platform: Platform = thisPlatform, ask = askAboutProcess): boolean {
  const { pid, startTime } = identity;
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid)) return false;
  if (platform.startTimeFrom !== "proc") return startTime === "" || isTheSame(identity, () => ask(pid, platform));
  const stat = readStat(pid);
  if (stat === undefined) return true;
  // A zombie has ended. In a container it may never be collected.
  return stat.state !== "Z" && (startTime === "" || stat.startTime === startTime);
}

/** The session of a process, which its children begin in; undefined where no file shows it. */
export function sessionOf(pid: number, platform: Platform = thisPlatform): number | undefined {
  return platform.startTimeFrom === "proc" ? readStat(pid)?.session : undefined;
}

function isTheSame({ pid, startTime }: ProcessIdentity, ask: () => ProcessFacts | undefined): boolean {
  const key = `${pid} ${startTime}`;
  if (known.has(key)) return true;
  const facts = ask();
  if (facts === undefined) return true;
  if (facts.hasEnded || Math.abs(facts.startedAt - Number(startTime)) > TOLERANCE_MILLISECONDS) return false;
  known.add(key);
  return true;
}

/** Signal 0 is checked but not sent; EPERM means a process of another user. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** undefined if it cannot be read, for any reason. */
function readStat(pid: number): { readonly state: string; readonly session: number; readonly startTime: string } | undefined {
  try {
    // The second field is the command in parentheses, which may contain any characters. State is
    // the third field, session the sixth, start time the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0] ?? "", session: Number(fields[3]), startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
