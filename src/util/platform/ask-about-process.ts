import type * as ChildProcess from "node:child_process";
import { win32 } from "node:path";
import type { Platform } from "./platform";

export interface ProcessFacts {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The process has ended, but was not collected yet. */
  readonly hasEnded: boolean;
}

/** PowerShell takes half a second, and more the first time. */
const PATIENCE_MILLISECONDS = 10_000;

/**
 * Asks a program of the system, which takes milliseconds with `ps` and far longer with PowerShell;
 * undefined if that program does not know.
 */
export function askAboutProcess(pid: number, platform: Platform): ProcessFacts | undefined {
  const { program, args, parse } =
    platform.startTimeFrom === "PowerShell" ? powerShellQuestion(pid, process.env.SystemRoot) : psQuestion(pid);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import costs each start of a guardian a millisecond, and hardly any asks
  const { spawnSync } = require("node:child_process") as typeof ChildProcess;
  const { status, stdout } = spawnSync(program, args, {
    encoding: "utf8",
    // In English and in UTC, whatever the user's settings.
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: PATIENCE_MILLISECONDS,
    windowsHide: true,
  });
  const facts = status === 0 ? parse(stdout.trim()) : undefined;
  return facts === undefined || Number.isNaN(facts.startedAt) ? undefined : facts;
}

interface Question {
  /** Absolute, because Windows would search the project's folder first. */
  readonly program: string;
  readonly args: readonly string[];
  readonly parse: (answer: string) => ProcessFacts | undefined;
}

/** An answer looks like `Ss Thu Nov 26 12:19:56 2026`. */
export function psQuestion(pid: number): Question {
  return {
    program: "/bin/ps",
    args: ["-o", "state=,lstart=", "-p", pid.toString()],
    parse: (answer) => {
      const [, state = "", time = ""] = /^(\S+)\s+(.+)$/.exec(answer) ?? [];
      return { startedAt: Date.parse(`${time} UTC`), hasEnded: state.startsWith("Z") };
    },
  };
}

/**
 * An answer looks like `2026-11-26T12:19:56.1234567Z`. The time of another user's process may not
 * be readable.
 */
export function powerShellQuestion(pid: number, systemRoot = "C:\\Windows"): Question {
  return {
    program: win32.join(systemRoot, "System32", "WindowsPowerShell", "v1.0", "powershell.exe"),
    args: [
      "-NoProfile",
      "-NonInteractive",
      "-Command",
      `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToUniversalTime().ToString('o')`,
    ],
    parse: (answer) => ({ startedAt: Date.parse(answer), hasEnded: false }),
  };
}
