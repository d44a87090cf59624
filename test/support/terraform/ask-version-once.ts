import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ValidateBinaryVersion } from "cdktf/lib/validations/validate-binary-version";

/**
 * The framework runs `terraform version` for each stack that it validates. The answer stays the
 * same, so once per test run is enough. The result is shared in the run's own temporary folder.
 */
const versionProblems = new Map<string, string[]>();
const validateVersion = Reflect.get(ValidateBinaryVersion.prototype, "validate");
ValidateBinaryVersion.prototype.validate = function (this: ValidateBinaryVersion): string[] {
  const question = JSON.stringify(this);
  const problems = versionProblems.get(question) ?? askedBefore(question, () => validateVersion.call(this));
  versionProblems.set(question, problems);
  return problems;
};

function askedBefore(question: string, ask: () => string[]): string[] {
  const file = join(tmpdir(), `terraform-version-${createHash("sha256").update(question).digest("hex")}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as string[];
  const problems = ask();
  const unready = join(mkdtempSync(join(tmpdir(), "blob-copy-version-")), "problems.json");
  writeFileSync(unready, JSON.stringify(problems));
  renameSync(unready, file);
  return problems;
}
