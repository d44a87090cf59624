/**
 * Builds `packages/`, after `npm run build`: each jsii assembly with its reference, and its code
 * for Python, Java, C# and Go.
 *
 * - `npm run package`: code for the other languages, not compiled; writes docs/api/
 * - `npm run package -- --compile`: their packages, with the tools of each language, as the release
 *   does
 * - `npm run package -- --only cdktf`: only that assembly
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { assemble, translate } from "./assemble";
import { ASSEMBLIES } from "./assemblies";
import { reference, referenceFile } from "./reference";

const LANGUAGES = ["python", "java", "dotnet", "go"];

const { values } = parseArgs({ options: { compile: { type: "boolean" }, only: { type: "string" } } });
const chosen = ASSEMBLIES.filter(({ folder }) => values.only === undefined || values.only === folder);
if (chosen.length === 0)
  throw new Error(`no assembly is named ${values.only ?? ""}: use ${ASSEMBLIES.map(({ folder }) => folder).join(" or ")}`);

for (const assembly of chosen) {
  const folder = join(__dirname, "../../packages", assembly.folder);
  process.stdout.write(assemble(assembly, folder));
  const file = referenceFile(assembly);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, reference(folder));
  translate(
    assembly,
    folder,
    ["js", ...LANGUAGES],
    [...(values.compile ? [] : ["--code-only"]), "--rosetta-unknown-snippets", "translate"],
  );
  console.log(
    `${assembly.name}: packages/${assembly.folder}/bindings has js, ${LANGUAGES.join(", ")}; docs/api/${assembly.folder}/API.md is written`,
  );
}
