import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { terraform, type ProcessResult, type TerraformOptions } from "./terraform";

interface Configuration {
  readonly terraform?: { readonly backend?: { readonly local?: unknown }; readonly required_providers?: unknown };
  readonly module?: unknown;
}

/** What `terraform init` has noted of a local backend, by the settings that it was given; the note holds their hash, and no path of a folder. */
const notes = new Map<string, string>();

/**
 * `terraform init`, unless it has been done. Of a stack that needs nothing but a local backend, its one result is a note of the backend's
 * settings: another stack with the same ones is given that note, and Terraform refuses to plan if it does not fit.
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

/** `undefined` for a stack that needs more than a backend that is a file. */
function settingsOf(folder: string): string | undefined {
  const stack = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as Configuration;
  const { backend, required_providers: providers } = stack.terraform ?? {};
  return backend?.local === undefined || providers !== undefined || stack.module !== undefined ? undefined : JSON.stringify(backend);
}
