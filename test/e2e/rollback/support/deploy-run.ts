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
  /**
   * Runs it as the leader of its own terminal. Otherwise its output is a pipe, and it leads a
   * process group.
   */
  readonly inTerminal?: boolean;
}

/** A running deploy: the started process, its descendants, and its output. */
export class DeployRun {
  private text = "";
  readonly ended: Promise<DeployEnd>;
  readonly pid: number;
  /** Types text as a user does; only in a terminal. */
  readonly type: (text: string) => void;
  /** Does the same as closing the terminal's window. Without a terminal, closes the output. */
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

  /** Output so far. */
  get output(): string {
    return this.text;
  }

  /** Rejects when the deploy ends without having printed the text. */
  async says(text: string): Promise<void> {
    let hasEnded = false;
    void this.ended.then(() => (hasEnded = true));
    const said = () => this.text.includes(text);
    const missing = () => `"${text}" in the output:\n${this.text}`;
    await eventually(() => said() || hasEnded, missing);
    if (!said()) throw new Error(`the deploy ended without ${missing()}`);
  }

  /** Process number of the Terraform below the started process, or of that process itself. */
  get terraform(): number {
    return findDescendant(this.pid, (process) => isTerraform(process) && process.commandLine.includes("apply"))?.pid ?? this.pid;
  }

  get launcher(): number {
    const launcher = findDescendant(this.pid, isLauncher)?.pid;
    if (launcher === undefined) throw new Error(`no launcher is running; the deploy said:\n${this.text}`);
    return launcher;
  }

  /** Process numbers of launcher and guardian, while they exist. */
  get programs(): { readonly launcher: number | undefined; readonly guardian: number | undefined } {
    return { launcher: findDescendant(this.pid, isLauncher)?.pid, guardian: findDescendant(this.pid, isGuardian)?.pid };
  }
}
