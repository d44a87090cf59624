import { ValidateBinaryVersion } from "cdktf/lib/validations/validate-binary-version";

/** The framework runs `terraform version` for each stack that it validates: once is enough, the answer stays the same. */
const versionProblems = new Map<string, string[]>();
const validateVersion = Reflect.get(ValidateBinaryVersion.prototype, "validate");
ValidateBinaryVersion.prototype.validate = function (this: ValidateBinaryVersion): string[] {
  const question = JSON.stringify(this);
  const problems = versionProblems.get(question) ?? validateVersion.call(this);
  versionProblems.set(question, problems);
  return problems;
};
