import { spawn } from "node:child_process";
import { terraformEnvironment } from "../../../support/terraform/terraform";
import { eventually } from "./eventually";
import { findDescendant, isGuardian, isLauncher, isTerraform } from "./processes";
import { startInTerminal } from "./pseudo-terminal";

export interface DeployEnd {
  readonly exitCode: number;
  readonly output: string;
}

export interface DeployRunOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** In a terminal of its own, whose leader it is; otherwise its output is a pipe and it leads a process group. */
  readonly inTerminal?: boolean;
}

/** A deploy under way: the process that was started, the ones below it, and what it says. */
export class DeployRun {
  private text = "";
  readonly ended: Promise<DeployEnd>;
  readonly pid: number;
  /** As typed by a user; only in a terminal. */
  readonly type: (text: string) => void;
  /** What closing a terminal's window does; otherwise the output's end. */
  readonly close: () => void;

  constructor({ command, args, cwd, env, inTerminal = false }: DeployRunOptions) {
    const environment = terraformEnvironment(env);
    if (inTerminal) {
      const terminal = startInTerminal(command, args, cwd, environment);
      this.pid = terminal.pid;
      terminal.onData((text) => (this.text += text));
      this.ended = new Promise((resolve) => {
        terminal.onExit(({ exitCode }) => resolve({ exitCode, output: this.text }));
      });
      this.type = (text) => terminal.write(text);
      this.close = () => terminal.destroy();
      return;
    }
    const child = spawn(command, args, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
    this.pid = child.pid ?? 0;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (this.text += text));
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ exitCode: code ?? -1, output: this.text }));
    });
    this.type = () => {
      throw new Error("nobody can type where there is no terminal");
    };
    this.close = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
  }

  /** So far. */
  get output(): string {
    return this.text;
  }

  /** Rejects when the deploy ends without having said it. */
  async says(text: string): Promise<void> {
    let hasEnded = false;
    void this.ended.then(() => (hasEnded = true));
    const said = () => this.text.includes(text);
    const missing = () => `"${text}" in the output:\n${this.text}`;
    await eventually(() => said() || hasEnded, missing);
    if (!said()) throw new Error(`the deploy ended without ${missing()}`);
  }

  /** Of the Terraform below the process that was started, or that it is. */
  get terraform(): number {
    return findDescendant(this.pid, (process) => isTerraform(process) && process.commandLine.includes("apply"))?.pid ?? this.pid;
  }

  get launcher(): number {
    const launcher = findDescendant(this.pid, isLauncher)?.pid;
    if (launcher === undefined) throw new Error(`no launcher is running; the deploy said:\n${this.text}`);
    return launcher;
  }

  /** Launcher and guardian, as far as they are there. */
  get programs(): { readonly launcher: number | undefined; readonly guardian: number | undefined } {
    return { launcher: findDescendant(this.pid, isLauncher)?.pid, guardian: findDescendant(this.pid, isGuardian)?.pid };
  }
}
