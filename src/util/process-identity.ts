import { readFileSync } from "node:fs";

/** Tells a process from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot on Linux; empty elsewhere, where only the number is compared. */
  readonly startTime: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTime: readStat(pid)?.startTime ?? "" };
}

export function isRunning(identity: ProcessIdentity): boolean {
  if (process.platform === "linux") {
    const stat = readStat(identity.pid);
    // A zombie has ended: in a container, nobody may ever collect it.
    return stat !== undefined && stat.state !== "Z" && stat.startTime === identity.startTime;
  }
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readStat(pid: number): { state: string; startTime: string } | undefined {
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
