import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface TimedProcessOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Measures the memory of its descendants. */
  readonly watchesMemory?: boolean;
}

export interface TimedProcess {
  /** From its start to its end. */
  readonly seconds: number;
  readonly output: string;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  /** The highest resident memory of one of its descendants; 0 unless watched. */
  readonly peakBytes: number;
}

const MEMORY_LOOK_MILLISECONDS = 50;
const OUTPUT_SHOWN_CHARACTERS = 2_000;

/** Runs a program to its end. Rejects with the program's output when it fails. */
export function timeProcess(command: string, args: readonly string[], options: TimedProcessOptions): Promise<TimedProcess> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"] });
    const memory = options.watchesMemory ? new MemoryWatch(child.pid ?? 0) : undefined;
    let output = "";
    const collect = (text: string) => (output += text);
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const seconds = (performance.now() - startedAt) / 1_000;
      memory?.end();
      if (code === 0) resolve({ seconds, output, endedAt: Date.now(), peakBytes: memory?.peakBytes ?? 0 });
      else
        reject(
          new Error(
            `${command} ${args[0] ?? ""} ended with ${signal ?? `exit code ${String(code)}`}:\n${output.slice(-OUTPUT_SHOWN_CHARACTERS)}`,
          ),
        );
    });
  });
}

/**
 * The kernel keeps each process's peak, so reading it now and then misses only an increase at the
 * very end.
 */
class MemoryWatch {
  peakBytes = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.timer = setInterval(() => this.look(), MEMORY_LOOK_MILLISECONDS);
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const descendant of childrenOf(this.pid)) {
      const kilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readProcess(descendant, "status"))?.[1] ?? 0);
      this.peakBytes = Math.max(this.peakBytes, kilobytes * 1_024);
    }
  }
}

function childrenOf(pid: number): number[] {
  return readProcess(pid, `task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

/** Returns an empty text for a process that has ended, and on systems without /proc. */
function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
