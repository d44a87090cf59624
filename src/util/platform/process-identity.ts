import { readFileSync } from "node:fs";
import { type Platform, thisPlatform } from "./platform";
import { askAboutProcess, type ProcessFacts } from "./ask-about-process";

/** Tells a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /**
   * On Linux clock ticks since boot, elsewhere milliseconds since 1970; empty where it cannot be read or would have to be
   * asked for, and then only the number is compared.
   */
  readonly startTime: string;
}

/** Between what a process takes for its begin and what the system does: the time that it takes Node to start, and whole seconds. */
const TOLERANCE_MILLISECONDS = 10_000;

/** Processes that were asked about and are who they were taken for: from then on they are looked at too often to become others unseen. */
const known = new Set<string>();

export function ownIdentity(platform: Platform = thisPlatform): ProcessIdentity {
  if (platform.startTimeFrom === "proc") return identityOf(process.pid, platform);
  return { pid: process.pid, startTime: Math.round(performance.timeOrigin).toString() };
}

/** For a process that is looked at from now on: where another program would have to be asked, its number does. */
export function identityOf(pid: number, platform: Platform = thisPlatform): ProcessIdentity {
  return { pid, startTime: (platform.startTimeFrom === "proc" ? readStat(pid)?.startTime : undefined) ?? "" };
}

/**
 * Whether the process is still there. It is gone only when the system says so: no process of that
 * number, one that has ended and is not collected yet, or one that started at another time. What cannot
 * be looked at (no `/proc` in a sandbox, a process of another user, no file descriptor left) is not gone.
 */
export function isRunning(identity: ProcessIdentity, platform: Platform = thisPlatform, ask = askAboutProcess): boolean {
  const { pid, startTime } = identity;
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid)) return false;
  if (platform.startTimeFrom !== "proc") return startTime === "" || isTheSame(identity, () => ask(pid, platform));
  const stat = readStat(pid);
  if (stat === undefined) return true;
  // A zombie has ended: in a container, nobody may ever collect it.
  return stat.state !== "Z" && (startTime === "" || stat.startTime === startTime);
}

/** The session that a process belongs to, as whoever it starts does; undefined where no file tells. */
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

/** Signal 0 is checked and not sent; EPERM means a process of another user. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** undefined where it cannot be read, whatever the reason. */
function readStat(pid: number): { readonly state: string; readonly session: number; readonly startTime: string } | undefined {
  try {
    // The second field is the command in parentheses and may hold anything; state is the third field, session the sixth, start time the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0] ?? "", session: Number(fields[3]), startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
