import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ACCOUNTS_VARIABLE } from "../support/fake-blob-service/state/account-rules";
import { type Question, WAYS, WAYS_VARIABLE } from "../support/fake-blob-service/ways";

/**
 * `npm run unknowns`: runs all tests of copies, rollbacks and recoveries on the fake service, once
 * for each non-default way of each unknown, and once with accounts that keep versions (`versions`).
 * Names as arguments select among them. `--terraform` adds the suites with real Terraform.
 */
const SUITES = [
  ...["test/src/engine/set", "test/src/engine/plan/protected-destination", "test/src/engine/encryption-keys", "test/src/engine/versions"],
  ...["test/src/engine/incremental", "test/src/engine/rehydration"],
  ...["test/src/azure/least-privilege", "test/src/azure/any-credential"],
];
const WITH_TERRAFORM = ["test/e2e/rollback", "test/e2e/fake-service", "test/e2e/copy-set", "test/e2e/situations"];

/** Output of jest's `--json`. */
interface Outcome {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[];
}

function suitesWith(choice: Readonly<Record<string, string>>, paths: readonly string[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "unknowns-"));
  const outputFile = join(folder, "outcome.json");
  try {
    const jest = ["jest", "-w", "2", "--forceExit", "--silent", "--json", "--outputFile", outputFile, ...paths];
    spawnSync("npx", jest, { env: { ...process.env, ...choice }, stdio: "ignore" });
    return JSON.parse(readFileSync(outputFile, "utf8")) as Outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const given = process.argv.slice(2);
const wanted = given.filter((argument) => !argument.startsWith("--"));
const paths = given.includes("--terraform") ? [...SUITES, ...WITH_TERRAFORM] : SUITES;
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
const ways = (Object.keys(WAYS) as Question[]).flatMap((question) => WAYS[question].slice(1).map((way) => ({ question, way })));
const choices = [
  ...ways.map(({ question, way }) => ({ name: question, title: `${question}: ${way}`, choice: { [WAYS_VARIABLE]: `${question}=${way}` } })),
  { name: "versions", title: "accounts that keep versions", choice: { [ACCOUNTS_VARIABLE]: "versions" } },
];
let failed = 0;
for (const { title, choice } of choices.filter(({ name }) => isWanted(name))) {
  const { numPassedTests, numFailedTests, testResults } = suitesWith(choice, paths);
  failed += numFailedTests;
  console.log(`${title}: ${numPassedTests} passed, ${numFailedTests} failed`);
  const names = testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === "failed"));
  for (const { fullName } of names) console.log(`  ${fullName}`);
}
process.exitCode = failed > 0 ? 1 : 0;
