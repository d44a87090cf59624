/**
 * Bundles the provisioner program into `dist/program/`, with one file for each part that is loaded
 * separately:
 *
 * - `blob-copy.js`: the launcher and command line. It starts as fast as node itself.
 * - `guardian.js`: the engine and the client of the service
 * - `identity.js`: @azure/identity, loaded when a token is needed
 * - `pfx.js`: node-forge, loaded for a certificate that is a PFX file
 * - `diagnosis.js`: the tables of causes, loaded by the first failure
 * - `report-html.js`: the HTML report, loaded for a set that declares one
 * - `relayed-text.js`: removes secrets from the output of Node and its libraries
 *
 * The suite that users run on their own accounts goes to `dist/conformance/`, which is not staged
 * with each stack.
 *
 * The esbuild metafiles go to `dist/metafiles/`: the licences of the bundled packages are gathered
 * from them. An argument names a folder other than `dist`.
 */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const MAX_OF_A_DEPLOY = 445_000;
const LOADED_LATE = ["identity", "pfx", "diagnosis", "report-html", "relayed-text", "conformance"];

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = process.argv[2] ?? join(root, "dist");
const metafiles = join(dist, "metafiles");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * Keeps `require("./identity")` and the like as requires of the bundled files. A staged program's
 * folder has another name, so a file in the same folder is required without a folder name.
 */
const siblings = (folder) => ({
  name: "siblings",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/(identity|pfx|diagnosis|report-html|relayed-text|conformance)$/ }, ({ path, kind }) => {
      const name = path.slice(2);
      const way = folderOf(name) === folder ? "." : `../${folderOf(name)}`;
      return kind === "require-call" ? { path: `${way}/${name}.js`, external: true } : undefined;
    });
  },
});

/**
 * Importing a file of this repository has no side effects, so esbuild may leave out an unused one.
 */
const unusedLeftOut = {
  name: "unused-left-out",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\.?\// }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === "seen" || resolveDir.includes("node_modules")) return undefined;
      return { ...(await resolve(path, { kind, resolveDir, pluginData: "seen" })), sideEffects: false };
    });
  },
};

function folderOf(name) {
  return name === "conformance" ? name : "program";
}

const files = [
  { name: "blob-copy", entry: "src/main.ts", banner: "#!/usr/bin/env node" },
  { name: "guardian", entry: "src/guardian.ts" },
  { name: "identity", entry: "src/azure/identity/identity.ts", isLibrary: true },
  { name: "conformance", entry: "src/conformance.ts" },
  { name: "diagnosis", entry: "src/failure/diagnosis/diagnosis.ts", isLibrary: true },
  { name: "report-html", entry: "src/report/files/report-html.ts", isLibrary: true },
  { name: "relayed-text", entry: "src/commands/relayed-text.ts", isLibrary: true },
  { name: "pfx", entry: "src/azure/identity/pfx.ts", isLibrary: true },
];

for (const folder of ["program", "conformance", "metafiles"]) mkdirSync(join(dist, folder), { recursive: true });
// In a project with "type": "module", Node would otherwise load the staged program as ES modules.
writeFileSync(join(dist, "program", "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
let total = 0;
for (const { name, entry, banner = "", isLibrary = false } of files) {
  const outfile = join(dist, folderOf(name), `${name}.js`);
  const { metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    legalComments: "none",
    metafile: true,
    plugins: [siblings(folderOf(name)), unusedLeftOut],
    define: { PROGRAM_VERSION: JSON.stringify(version) },
    banner: { js: banner },
  });
  if (warnings.length > 0) throw new Error(`esbuild warned about ${entry}; a warning here is a program that fails at deploy time`);
  check(name, metafile, isLibrary);
  writeFileSync(join(metafiles, `${name}.json`), JSON.stringify(metafile));
  if (name === "blob-copy") chmodSync(outfile, 0o755);

  // esbuild escapes non-ASCII characters, except in regular expressions. A single one makes V8
  // store the whole file with two bytes per character.
  const [foreign] = /[^\p{ASCII}]/u.exec(readFileSync(outfile, "utf8")) ?? [];
  if (foreign !== undefined) throw new Error(`${name}.js contains ${foreign}: write it as an escape in the regular expression that has it`);

  const { size } = statSync(outfile);
  if (!LOADED_LATE.includes(name)) total += size;
  console.log(`${`${name}.js`.padEnd(14)} ${(size / 1000).toFixed(1).padStart(7)} kB`);
}
if (total > MAX_OF_A_DEPLOY) throw new Error(`what a deploy loads has ${total} bytes without identity.js, more than ${MAX_OF_A_DEPLOY}`);

/** Fails when an import adds something that a file must not contain. */
function check(name, { inputs }, isLibrary) {
  const paths = Object.keys(inputs);
  const fail = (path, why) => {
    throw new Error(`${name}.js contains ${path}: ${why}`);
  };
  for (const path of paths) {
    if (!isLibrary && path.includes("node_modules/")) fail(path, "packages belong into identity.js, which is loaded late");
    if (isLibrary && /^src\/(engine|failure)\/(?!diagnosis\/)/.test(path)) fail(path, "a second copy of an engine class breaks instanceof");
    if (name === "guardian" && /^src\/failure\/diagnosis\/(diagnose|of-|told-codes|other-codes|permissions)/.test(path))
      fail(path, "only a failure needs it");
    if (name === "blob-copy" && /^src\/(engine|azure|conformance)\//.test(path)) fail(path, "the launcher must start at once");
  }
}
