/** The signals that mean "stop and roll back". */
export type CancelSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT" | "SIGBREAK";

/** What the program has to know of an operating system, beyond what Node makes the same everywhere. */
export interface Platform {
  /** Those that can come. Windows has none that one process sends to another: whoever "sends" SIGTERM there ends the process. */
  readonly cancelSignals: readonly CancelSignal[];
  /** Bytes of a socket's path; undefined where others could be there first: on Windows anybody may open a pipe of any name. */
  readonly maxSocketPath: number | undefined;
  /** Whether a process whose parent has ended gets another one. On Windows it keeps the number, which then is that of nobody. */
  readonly adoptsOrphans: boolean;
  /** Who tells when a process began: a file in `/proc` at no cost, or another program. */
  readonly startTimeFrom: "proc" | "ps" | "PowerShell";
  /** Whether a file that somebody has open can be neither replaced nor removed. */
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
  // Ctrl-C, Ctrl-Break, and the console's window that is closed, after which Windows leaves ten seconds.
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
