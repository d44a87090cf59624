/**
 * Bundles the provisioner program into `dist/program/`, one file per thing that is loaded on its own:
 *
 *     blob-copy.js   the launcher and command line: starts in the time that node itself takes
 *     guardian.js    the engine and the client of the service
 *     identity.js    @azure/identity, loaded when a token is needed
 *
 * Their esbuild metafiles go to `dist/metafiles/`; from them the licences of what is inside are gathered.
 * An argument names another folder than `dist`.
 */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const MAX_WITHOUT_IDENTITY = 380_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = process.argv[2] ?? join(root, "dist");
const outdir = join(dist, "program");
const metafiles = join(dist, "metafiles");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** `require("./identity")` in src/azure stays a require of the file that identity.ts becomes. */
const siblings = {
  name: "siblings",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/identity$/ }, ({ path, kind }) =>
      kind === "require-call" ? { path: `${path}.js`, external: true } : undefined,
    );
  },
};

const files = [
  { name: "blob-copy", entry: "src/main.ts", banner: "#!/usr/bin/env node" },
  { name: "guardian", entry: "src/guardian.ts" },
  { name: "identity", entry: "src/azure/identity/identity.ts", isLibrary: true },
];

for (const folder of [outdir, metafiles]) mkdirSync(folder, { recursive: true });
// Staged below a project with "type": "module", Node would take the program's files for ES modules.
writeFileSync(join(outdir, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
let total = 0;
for (const { name, entry, banner = "", isLibrary = false } of files) {
  const outfile = join(outdir, `${name}.js`);
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
    plugins: [siblings],
    define: { PROGRAM_VERSION: JSON.stringify(version) },
    banner: { js: banner },
  });
  if (warnings.length > 0) throw new Error(`esbuild warned about ${entry}; a warning here is a program that fails at deploy time`);
  check(name, metafile, isLibrary);
  writeFileSync(join(metafiles, `${name}.json`), JSON.stringify(metafile));
  if (name === "blob-copy") chmodSync(outfile, 0o755);

  const { size } = statSync(outfile);
  if (name !== "identity") total += size;
  console.log(`${`${name}.js`.padEnd(14)} ${(size / 1000).toFixed(1).padStart(7)} kB`);
}
if (total > MAX_WITHOUT_IDENTITY) throw new Error(`the program has ${total} bytes without identity.js, more than ${MAX_WITHOUT_IDENTITY}`);

/** What a file must not contain, whoever edits an import. */
function check(name, { inputs }, isLibrary) {
  const paths = Object.keys(inputs);
  const fail = (path, why) => {
    throw new Error(`${name}.js contains ${path}: ${why}`);
  };
  for (const path of paths) {
    if (!isLibrary && path.includes("node_modules/")) fail(path, "packages belong into identity.js, which is loaded late");
    if (isLibrary && /^src\/(engine|failure)\//.test(path)) fail(path, "a second copy of an engine class breaks instanceof");
    if (name === "blob-copy" && /^src\/(engine|azure)\//.test(path)) fail(path, "the launcher must start at once");
  }
}
