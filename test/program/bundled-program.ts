import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BUNDLER = join(__dirname, "../../scripts/bundle.mjs");

/**
 * Makes a separate folder with the program from the present sources. They are bundled once per test
 * run, and shared in the run's temporary folder. A process that starts during the bundling also
 * bundles, and the first result is used by the others.
 */
export function bundledProgram(): string {
  const shared = join(tmpdir(), "bundled-program");
  const folder = mkdtempSync(join(tmpdir(), "blob-copy-dist-"));
  if (existsSync(shared)) {
    cpSync(shared, folder, { recursive: true });
    return folder;
  }
  execFileSync(process.execPath, [BUNDLER, folder], { stdio: "pipe" });
  const copy = mkdtempSync(join(tmpdir(), "blob-copy-dist-"));
  cpSync(folder, copy, { recursive: true });
  try {
    renameSync(copy, shared);
  } catch {
    rmSync(copy, { recursive: true }); // another process was first
  }
  return folder;
}
