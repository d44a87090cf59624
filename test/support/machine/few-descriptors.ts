import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

/**
 * Runs a TypeScript file in a separate process with at most `limit` open files. Returns its output,
 * parsed as JSON.
 */
export async function runWithFewDescriptors(file: string, limit: number, ...parameters: readonly string[]): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "few-descriptors-"));
  const script = join(folder, "script.js");
  try {
    buildSync({ entryPoints: [file], outfile: script, bundle: true, platform: "node", format: "cjs", external: ["./identity"] });
    const child = spawn("sh", ["-c", `ulimit -n ${limit} && exec "$0" "$@"`, process.execPath, script, ...parameters], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    let complaints = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
    const exitCode = await new Promise((resolve) => child.once("close", resolve));
    if (exitCode !== 0) throw new Error(`exit code ${String(exitCode)}: ${complaints}`);
    return JSON.parse(printed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
