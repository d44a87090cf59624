import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine, as `/proc` shows it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly commandLine: readonly string[];
}

function inspect(pid: number): ProcessInfo | undefined {
  try {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
    if (fields[0] === "Z") return undefined;
    const commandLine = readFileSync(`/proc/${String(pid)}/cmdline`, "utf8").split("\0");
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), commandLine };
  } catch {
    // It has ended since it was listed.
    return undefined;
  }
}

/** All running processes of this machine, without zombies. */
export function allProcesses(): ProcessInfo[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => inspect(Number(name)) ?? []);
}

/** Finds a process below an ancestor by its command line. */
export function findDescendant(ancestor: number, matches: (process: ProcessInfo) => boolean): ProcessInfo | undefined {
  const processes = allProcesses();
  const parents = new Map(processes.map(({ pid, parent }) => [pid, parent]));
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  return processes.find((process) => matches(process) && descends(process.pid));
}

export function isRunning(pid: number): boolean {
  return inspect(pid) !== undefined;
}

export const isTerraform = ({ commandLine: [program = ""] }: ProcessInfo): boolean => /(^|\/)terraform$/.test(program);
export const isLauncher = ({ commandLine }: ProcessInfo): boolean => commandLine[1]?.endsWith("/blob-copy.js") === true;

export const isGuardian = ({ commandLine }: ProcessInfo): boolean => commandLine[1]?.endsWith("/guardian.js") === true;

/**
 * Signals a process, or with a negative number a group. Ignores a process that has already ended.
 */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Simulates the end of a CI job: ends each process that has the job's mark in its environment, as
 * GitHub's runner, the agent of Azure Pipelines and Jenkins do. Returns the numbers of those
 * processes.
 */
export function endMarkedProcesses(mark: string): number[] {
  const marked = allProcesses().filter(({ pid }) => {
    try {
      return (
        pid !== process.pid &&
        readFileSync(`/proc/${String(pid)}/environ`, "utf8")
          .split("\0")
          .includes(mark)
      );
    } catch {
      return false;
    }
  });
  for (const { pid } of marked) signal(pid, "SIGKILL");
  return marked.map(({ pid }) => pid);
}
