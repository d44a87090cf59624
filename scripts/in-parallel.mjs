/**
 * Runs scripts of package.json in parallel: `node scripts/in-parallel.mjs lint:code typecheck`. The
 * output of each is printed when it ends. The exit code is 1 if one of them fails.
 */
import { spawn } from "node:child_process";

function run(script) {
  const startedAt = Date.now();
  const child = spawn("npm", ["run", "--silent", script], {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
      console.log(`${output}${script}: ${code === 0 ? "ok" : "FAILED"} after ${seconds} s`);
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(process.argv.slice(2).map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
