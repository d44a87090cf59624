import { readFileSync } from "node:fs";

/** Tells a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot on Linux; empty where it cannot be read, and then only the number is compared. */
  readonly startTime: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTime: readStat(pid)?.startTime ?? "" };
}

/**
 * Whether the process is still there. It is gone only when the system says so: no process of that
 * number, one that has ended and is not collected yet, or one that started at another time. What cannot
 * be looked at (no `/proc` in a sandbox, a process of another user, no file descriptor left) is not gone.
 */
export function isRunning({ pid, startTime }: ProcessIdentity): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid)) return false;
  const stat = readStat(pid);
  if (stat === undefined) return true;
  // A zombie has ended: in a container, nobody may ever collect it.
  return stat.state !== "Z" && (startTime === "" || stat.startTime === startTime);
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
function readStat(pid: number): { readonly state: string; readonly startTime: string } | undefined {
  try {
    // The second field is the command in parentheses and may hold anything; state is the third field, start time the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
