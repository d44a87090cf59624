import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, LocalBackend, TerraformStack } from "cdktf";
import "./ask-version-once";
import { initialize } from "./initialize";
import { terraform, type ProcessResult, type TerraformOptions } from "./terraform";

/** Relative to the project's folder. */
const STATE_FILE = "terraform.stack.tfstate";

/**
 * One stack, synthesised in this process into its own folder, and deployed by the real Terraform.
 */
export class CdktfProject {
  /** All files of a deploy are below it. */
  readonly directory = mkdtempSync(join(tmpdir(), "blob-copy-project-"));
  /** Terraform's working directory. */
  readonly stackDirectory = join(this.directory, "cdktf.out", "stacks", "stack");

  constructor(private readonly environment: Readonly<Record<string, string>> = {}) {}

  /** Declares the stack again, as `cdktf synth` does before each deploy. */
  synth(declare: (stack: TerraformStack) => void): void {
    const app = new App({ outdir: join(this.directory, "cdktf.out") });
    const stack = new TerraformStack(app, "stack");
    // Relative to the stack's folder, so that it is the same for all projects: see `initialize`.
    new LocalBackend(stack, { path: `../../../${STATE_FILE}` });
    declare(stack);
    app.synth();
  }

  async apply(options: Partial<TerraformOptions> = {}): Promise<ProcessResult> {
    const init = await this.init(options);
    if (init.exitCode !== 0) return init;
    return this.terraform(["apply", "-auto-approve"], options);
  }

  init(options: Partial<TerraformOptions> = {}): Promise<ProcessResult> {
    return initialize(this.here(options));
  }

  /** Exit code 0: no changes. 2: changes. 1: error. */
  plan(options: Partial<TerraformOptions> = {}): Promise<ProcessResult> {
    return this.terraform(["plan", "-detailed-exitcode"], options);
  }

  destroy(): Promise<ProcessResult> {
    return this.terraform(["destroy", "-auto-approve"]);
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { exitCode, output } = await this.terraform(["output", "-json"]);
    if (exitCode !== 0) throw new Error(output);
    const values = JSON.parse(output) as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
  }

  /**
   * Whether Terraform was killed while it wrote its state, which it empties first. Since a copy had
   * run here, a state with the deployment's id must have existed.
   */
  get hasLostState(): boolean {
    const hasRun = existsSync(join(this.stackDirectory, ".blobcopy"));
    return hasRun && statSync(join(this.directory, STATE_FILE), { throwIfNoEntry: false })?.size === 0;
  }

  terraform(args: readonly string[], options: Partial<TerraformOptions> = {}): Promise<ProcessResult> {
    return terraform(args, this.here(options));
  }

  private here(options: Partial<TerraformOptions>): TerraformOptions {
    return { cwd: this.stackDirectory, ...options, env: { ...this.environment, ...options.env } };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
