import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BUNDLER = join(__dirname, "../../scripts/bundle.mjs");

/**
 * A folder of its own with the program as the sources are now. They are bundled once a run of tests, which has its temporary folder for
 * itself; whoever comes while that is under way bundles, too, and the first to be done has made it for the rest.
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
    rmSync(copy, { recursive: true }); // somebody was first
  }
  return folder;
}
