import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundledProgram } from "./bundled-program";

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errorOutput: string;
}

/** One run of the program as a child process. */
export interface ProgramRun {
  readonly child: ChildProcess;
  /** Standard output and error so far. */
  output(): string;
  readonly ended: Promise<ProgramResult>;
}

/** The program, bundled from the sources, with a working folder. */
export class Program {
  readonly workFolder = mkdtempSync(join(tmpdir(), "blob-copy-work-"));
  private readonly dist = bundledProgram();
  private readonly running = new Set<ChildProcess>();

  get script(): string {
    return join(this.dist, "program", "blob-copy.js");
  }

  get stateFolder(): string {
    return join(this.workFolder, ".blobcopy");
  }

  /** Writes an intent into the work folder and returns its path. */
  writeIntent(intent: unknown, name = "intent.json"): string {
    const path = join(this.workFolder, name);
    writeFileSync(path, JSON.stringify(intent));
    return path;
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ProgramRun {
    return this.startCommand(process.execPath, [this.script, ...args], env);
  }

  /** For a starter between the test and the launcher. */
  startCommand(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ProgramRun {
    const child = spawn(command, args, {
      cwd: this.workFolder,
      // The environment is unique, so this run has its own guardian. To share one, runs pass the
      // same `RUN` in `env`.
      env: { PATH: process.env.PATH, RUN: randomUUID(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    let output = "";
    let errorOutput = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errorOutput += text));
    const ended = new Promise<ProgramResult>((resolve) => {
      child.once("close", (exitCode, signal) => {
        this.running.delete(child);
        resolve({ exitCode, signal, output, errorOutput });
      });
    });
    return { child, output: () => output + errorOutput, ended };
  }

  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<ProgramResult> {
    return this.start(args, env).ended;
  }

  /** Process numbers of the guardians that hold a claim. */
  guardians(): number[] {
    return this.readState("guardian").map(({ pid }) => pid as number);
  }

  lastWords(): Record<string, unknown>[] {
    return this.readState("last-word");
  }

  journalFiles(): string[] {
    return unlessGone(() => readdirSync(join(this.stateFolder, "journal")), []);
  }

  private readState(folder: string): Record<string, unknown>[] {
    const path = join(this.stateFolder, folder);
    return unlessGone(() => readdirSync(path), []).flatMap((name) =>
      unlessGone(() => [JSON.parse(readFileSync(join(path, name), "utf8")) as Record<string, unknown>], []),
    );
  }

  /** Ends processes that still run, and removes all files. */
  async dispose(): Promise<void> {
    for (const child of this.running) child.kill("SIGKILL");
    await eventually(() => this.guardians().every((pid) => !isAlive(pid)), 10_000).catch(() => undefined);
    for (const folder of [this.workFolder, this.dist]) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Returns `gone` if the folder or file does not exist (any more). */
function unlessGone<Result>(read: () => Result, gone: Result): Result {
  try {
    return read();
  } catch {
    return gone;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Polls `look` and resolves with its first truthy result. */
export async function eventually<Result>(look: () => Result, milliseconds = 120_000): Promise<NonNullable<Result>> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const result = look();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
