import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terraform, type ProcessResult, type TerraformOptions } from "./terraform";

interface Configuration {
  readonly terraform?: { readonly backend?: { readonly local?: unknown }; readonly required_providers?: unknown };
  readonly module?: unknown;
}

/**
 * The file that `terraform init` writes for a local backend, by the backend's settings. It contains
 * their hash, and no path of a folder.
 */
const notes = new Map<string, string>();

/**
 * Runs `terraform init` if needed. For a stack that needs only a local backend, its one result is a
 * file about the backend's settings. Another stack with the same settings gets a copy of that file.
 * If it did not fit, Terraform would refuse to plan.
 */
export async function initialize(options: TerraformOptions): Promise<ProcessResult> {
  const done = { exitCode: 0, output: "" };
  const folder = join(options.cwd, ".terraform");
  if (existsSync(folder)) return done;
  const note = join(folder, "terraform.tfstate");
  const settings = settingsOf(options.cwd);
  const known = notes.get(settings ?? "");
  if (known !== undefined) {
    mkdirSync(folder);
    writeFileSync(note, known);
    return done;
  }
  const result = await terraform(["init"], options);
  if (result.exitCode === 0 && settings !== undefined) notes.set(settings, readFileSync(note, "utf8"));
  return result;
}

/** `undefined` for a stack that needs more than a local backend. */
function settingsOf(folder: string): string | undefined {
  const stack = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Configuration;
  const { backend, required_providers: providers } = stack.terraform ?? {};
  return backend?.local === undefined || providers !== undefined || stack.module !== undefined ? undefined : JSON.stringify(backend);
}
