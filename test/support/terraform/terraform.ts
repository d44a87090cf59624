import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const FOLDERS_WITH_PROGRAMS = (process.env.PATH ?? "").split(delimiter);
const HAS_TERRAFORM = FOLDERS_WITH_PROGRAMS.some((folder) => ["terraform", "terraform.exe"].some((name) => existsSync(join(folder, name))));

/** Result of a finished process, with both output streams in the order of arrival. */
export interface ProcessResult {
  readonly exitCode: number;
  readonly output: string;
}

export interface TerraformOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the output so far, each time it grows. */
  readonly onOutput?: (output: string) => void;
}

/**
 * Environment for Terraform in tests: no prompts, no calls to its makers, no missing configuration
 * file. Garbage is collected only when memory grows large, since Terraform runs only briefly. That
 * saves a third of its processor time.
 */
export function terraformEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: configuration, ...environment } = process.env;
  return {
    ...environment,
    ...(configuration && existsSync(configuration) ? { TF_CLI_CONFIG_FILE: configuration } : {}),
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    DISABLE_VERSION_CHECK: "1",
    GOGC: "off",
    GOMEMLIMIT: "300MiB",
    ...extra,
  };
}

/** Runs `terraform` to its end, with any exit code. */
export async function terraform(args: readonly string[], options: TerraformOptions): Promise<ProcessResult> {
  return run("terraform", [...args, ...(args[0] === "output" || args[0] === "show" ? [] : ["-no-color"])], {
    ...options,
    env: terraformEnvironment(options.env),
  });
}

/** Runs a program to its end, with any exit code. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly onOutput?: (output: string) => void },
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk: string) => {
      output += chunk;
      options.onOutput?.(output);
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ exitCode: code ?? -1, output: signal ? `${output}\n(killed by ${signal})` : output });
    });
  });
}

/**
 * `describe` for tests that need Terraform. Without Terraform they are skipped, and say so; in CI
 * they fail.
 */
export function describeWithTerraform(name: string, tests: () => void): void {
  if (HAS_TERRAFORM) {
    describe(name, tests);
    return;
  }
  if (process.env.CI) {
    describe(name, () => {
      it("has terraform on the PATH, as CI must", () => {
        throw new Error("terraform is not on the PATH: install it, or run without CI in the environment to skip these tests");
      });
    });
    return;
  }
  process.stderr.write(`SKIPPED for want of terraform on the PATH: ${name}\n`);
  describe.skip(name, tests);
}
