/** The signals that mean "stop and roll back". */
export type CancelSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT" | "SIGBREAK";

/** Facts about an operating system that differ, and that Node does not make the same everywhere. */
export interface Platform {
  /**
   * The signals that can arrive. On Windows one process cannot send a signal to another: "sending"
   * SIGTERM there ends the process.
   */
  readonly cancelSignals: readonly CancelSignal[];
  /**
   * Maximum bytes of a socket's path; undefined where another user could be there first: on Windows
   * any user may open a pipe of any name.
   */
  readonly maxSocketPath: number | undefined;
  /**
   * Whether a process whose parent has ended gets another parent. On Windows it keeps the number,
   * which then belongs to no process.
   */
  readonly adoptsOrphans: boolean;
  /** Source of a process's start time: a file in `/proc` at no cost, or another program. */
  readonly startTimeFrom: "proc" | "ps" | "PowerShell";
  /** Whether a file that another process has open can be neither replaced nor removed. */
  readonly locksOpenFiles: boolean;
}

const UNIX = {
  cancelSignals: ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"],
  adoptsOrphans: true,
  locksOpenFiles: false,
} as const;

const LINUX: Platform = { ...UNIX, maxSocketPath: 107, startTimeFrom: "proc" };

/** macOS and its relatives. */
const BSD: Platform = { ...UNIX, maxSocketPath: 103, startTimeFrom: "ps" };

const WINDOWS: Platform = {
  // Ctrl-C, Ctrl-Break, and the closing of the console's window, after which Windows leaves ten
  // seconds.
  cancelSignals: ["SIGINT", "SIGBREAK", "SIGHUP"],
  maxSocketPath: undefined,
  adoptsOrphans: false,
  startTimeFrom: "PowerShell",
  locksOpenFiles: true,
};

export function platformOf(name: NodeJS.Platform): Platform {
  if (name === "win32") return WINDOWS;
  return name === "linux" || name === "android" ? LINUX : BSD;
}

export const thisPlatform = platformOf(process.platform);
