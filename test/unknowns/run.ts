import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Question, WAYS, WAYS_VARIABLE } from "../support/fake-blob-service/ways";

/**
 * `npm run unknowns`: all tests of copies, rollbacks and recoveries over the fake service, once for each way of each unknown that is not
 * its default. Questions as arguments choose among them; `--terraform` adds the suites with real Terraform.
 */
const SUITES = [
  ...["test/src/engine/set", "test/src/engine/plan/protected-destination", "test/src/engine/encryption-keys", "test/src/engine/methods"],
  ...["test/src/azure/least-privilege", "test/src/azure/any-credential"],
];
const WITH_TERRAFORM = ["test/e2e/rollback", "test/e2e/fake-service", "test/e2e/copy-set", "test/e2e/situations"];

/** Of jest's `--json`. */
interface Outcome {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[];
}

function suitesWith(choice: string, paths: readonly string[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "unknowns-"));
  const outputFile = join(folder, "outcome.json");
  try {
    const jest = ["jest", "-w", "2", "--forceExit", "--silent", "--json", "--outputFile", outputFile, ...paths];
    spawnSync("npx", jest, { env: { ...process.env, [WAYS_VARIABLE]: choice }, stdio: "ignore" });
    return JSON.parse(readFileSync(outputFile, "utf8")) as Outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const given = process.argv.slice(2);
const wanted = given.filter((argument) => !argument.startsWith("--"));
const paths = given.includes("--terraform") ? [...SUITES, ...WITH_TERRAFORM] : SUITES;
const questions = (Object.keys(WAYS) as Question[]).filter((question) => wanted.length === 0 || wanted.includes(question));
let failed = 0;
for (const question of questions) {
  for (const way of WAYS[question].slice(1)) {
    const { numPassedTests, numFailedTests, testResults } = suitesWith(`${question}=${way}`, paths);
    failed += numFailedTests;
    console.log(`${question}: ${way}: ${numPassedTests} passed, ${numFailedTests} failed`);
    const names = testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === "failed"));
    for (const { fullName } of names) console.log(`  ${fullName}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
