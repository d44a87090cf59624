/**
 * Lints the documents: links and anchors resolve, README lists each page, and TypeScript examples
 * compile.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brokenLinks, brokenMentions, unlistedPages, type Documents } from "./links";
import { staleReference } from "./reference";
import { readLibrary, wrongSnippets } from "./snippets";
import { ASSEMBLIES } from "../package/assemblies";
import { referenceFile } from "../package/reference";

const root = join(__dirname, "../..");
const OTHERS = new Set(["node_modules", "dist", "packages", "coverage", "cdktf.out", ".git", "data"]);

function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return OTHERS.has(entry.name) ? [] : filesBelow(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}

const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents: Documents = new Map(filesBelow("", /\.md$/).map((path) => [path, read(path)]));
const written = new Map([...documents].filter(([path]) => !path.startsWith("docs/api/")));
const code = ["src", "lib", "examples", "scripts"].flatMap((folder) => filesBelow(folder, /\.(ts|mjs)$/));

const library = readLibrary(join(root, "tsconfig.json"));

function staleReferences(): string[] {
  const entries = ASSEMBLIES.map(({ entry }, index) => `export * as m${String(index)} from "../../${entry.replace(/\.ts$/, "")}";`);
  const program = library.compile(new Map([[join(__dirname, "entries.ts"), entries.join("\n")]]));
  const stale = ASSEMBLIES.flatMap((one) =>
    staleReference(program, join(root, one.entry), readFileSync(referenceFile(one), "utf8"), one.name),
  );
  return stale.length === 0 ? [] : [...stale, "docs/api is stale: npm run build && npm run package writes it"];
}

const problems = [
  ...brokenLinks(documents, (path) => existsSync(join(root, path))),
  ...unlistedPages(documents, "README.md", "docs"),
  ...code.flatMap((path) => brokenMentions(path, read(path), documents)),
  ...wrongSnippets(written, root, library),
  ...staleReferences(),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
