/**
 * Runs the type check and the tests of `jest.quick.config.cjs` in parallel: the compiler uses one
 * core for a third of the time that the tests take. Arguments go to Jest:
 * `npm run test:quick -- test/src/azure`.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const TYPES = [require.resolve("typescript/bin/tsc"), "--incremental", "--tsBuildInfoFile", "node_modules/.cache/test-quick.tsbuildinfo"];
const TESTS = [require.resolve("jest/bin/jest"), "--config", "jest.quick.config.cjs", ...process.argv.slice(2)];

/**
 * Resolves with the exit code and the captured output: the compiler's output is printed after that
 * of the tests.
 */
function run(args, stdout) {
  const child = spawn(process.execPath, args, { stdio: ["inherit", stdout, "inherit"] });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

const [types, tests] = await Promise.all([run(TYPES, "pipe"), run(TESTS, "inherit")]);
console.log(`${types.output}types: ${types.code === 0 ? "ok" : "FAILED"}`);
process.exitCode = types.code === 0 && tests.code === 0 ? 0 : 1;
