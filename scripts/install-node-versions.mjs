/**
 * Installs the missing ones of the other Node major versions on which the tests run the program.
 * Without them those tests are skipped, and say so.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL("../test/support/node-versions", import.meta.url));
if (!existsSync(`${directory}/node_modules/.package-lock.json`)) {
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd: directory,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) console.log("Node 22 and 24 could not be installed: tests that run the program on them are skipped");
}
