import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LocalBackend, TerraformStack } from "cdktf";
import type { ProcessResult } from "../../support/terraform/terraform";
import { initialize } from "../../support/terraform/initialize";
import { terraform } from "../../support/terraform/terraform";
import type { Block } from "../../lib/support/synthesized";
import { realApp } from "../../lib/support/synthesized";

/** The inputs of one run of the stand-in for the program. */
export interface ProgramRun {
  readonly action: string;
  readonly deployment: string;
  readonly intent: {
    readonly copies?: { readonly metadata?: Readonly<Record<string, string>>; readonly destination: unknown }[];
    readonly destination?: Readonly<Record<string, string>>;
    readonly receipt?: Readonly<Record<string, string>>;
  };
}

/** One synthesized stack, deployed by the real Terraform with a stand-in for the program. */
export class TerraformProject {
  private readonly outdir = fs.mkdtempSync(path.join(os.tmpdir(), "blob-copy-terraform-"));
  readonly folder = path.join(this.outdir, "stacks", "stack");

  /**
   * @param statePath state of another deployment of the same code, relative to the stack's folder,
   * so that it is the same for all projects
   */
  constructor(private readonly statePath = "../../terraform.tfstate") {}

  /**
   * Synthesizes over the previous output, as `cdktf synth` does. `change` edits the written
   * configuration.
   */
  async synth(declare: (stack: TerraformStack) => void, change?: (configuration: Configuration) => void): Promise<void> {
    const app = realApp(this.outdir);
    const stack = new TerraformStack(app, "stack");
    new LocalBackend(stack, { path: this.statePath });
    declare(stack);
    app.synth();
    const file = path.join(this.folder, "cdk.tf.json");
    if (change !== undefined) {
      const configuration = JSON.parse(fs.readFileSync(file, "utf8")) as Configuration;
      change(configuration);
      fs.writeFileSync(file, JSON.stringify(configuration));
    }
    const { exitCode, output } = await initialize({ cwd: this.folder });
    if (exitCode !== 0) throw new Error(output);
  }

  run(...args: string[]): Promise<ProcessResult> {
    return terraform(args, { cwd: this.folder });
  }

  apply(...args: string[]): Promise<string> {
    return this.succeed("apply", "-auto-approve", ...args);
  }

  destroy(): Promise<string> {
    return this.succeed("destroy", "-auto-approve");
  }

  /** Actions that Terraform plans, by address, without unchanged resources. */
  async planned(): Promise<Record<string, string>> {
    await this.succeed("plan", "-out=saved.plan");
    const plan = JSON.parse(await this.succeed("show", "-json", "saved.plan")) as {
      resource_changes?: { address: string; change: { actions: string[] } }[];
    };
    const changes = (plan.resource_changes ?? []).map(({ address, change }) => [address, change.actions.join("-")] as const);
    return Object.fromEntries(changes.filter(([, actions]) => actions !== "no-op"));
  }

  /** The runs of the program with their inputs, in order. */
  get runs(): ProgramRun[] {
    const file = path.join(this.folder, "runs.ndjson");
    const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
    return lines.map((line) => JSON.parse(line) as ProgramRun);
  }

  /** The copies of the sets in all runs, in order. */
  get copies(): { readonly metadata: Readonly<Record<string, string>> }[] {
    const lines = fs.readFileSync(path.join(this.folder, "copies.ndjson"), "utf8").trim().split("\n");
    return lines.map((line) => JSON.parse(line) as { metadata: Record<string, string> });
  }

  remove(): void {
    fs.rmSync(this.outdir, { recursive: true, force: true });
  }

  private async succeed(...args: string[]): Promise<string> {
    const { exitCode, output } = await this.run(...args);
    if (exitCode !== 0) throw new Error(output);
    return output;
  }
}

export interface Configuration {
  readonly resource: { readonly terraform_data: Record<string, Block> };
  [name: string]: unknown;
}
