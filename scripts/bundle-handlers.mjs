/**
 * Bundles the code that AWS Lambda runs for `cdktf-azure-blob-copy/aws-cdk` into `dist/lambda/`:
 *
 * - `index.js`: the handlers, the engine and the client of the service. The clients of AWS come
 *   from the function's runtime.
 * - `federation.js`: the one client that a runtime may lack. It is loaded when the function signs
 *   in with its role.
 *
 * `@azure/identity` is the same file as in the provisioner program. An argument names a folder
 * other than `dist`.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = process.argv[2] ?? join(root, "dist");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * A function has its credentials in its environment, so the SDK's other sources of credentials are
 * left out.
 */
const credentialsOfAFunction = {
  name: "credentials-of-a-function",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: "credentials", namespace: "function" }));
    onLoad({ filter: /./, namespace: "function" }, () => ({
      contents: 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";',
      resolveDir: root,
    }));
  },
};

/** Leaves out the detection of browsers: a client uses it only in a browser. */
const withoutBrowsers = {
  name: "without-browsers",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^bowser$/ }, () => ({ path: "bowser", namespace: "browser" }));
    onLoad({ filter: /./, namespace: "browser" }, () => ({ contents: "export default undefined;" }));
  },
};

/** Keeps the require of a file that is loaded late, so that it is not bundled into this one. */
const siblings = {
  name: "siblings",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/(identity|pfx|federation)$/ }, ({ path, kind }) =>
      kind === "require-call" ? { path: `${path}.js`, external: true } : undefined,
    );
  },
};

const files = [
  { name: "index", entry: "src/lambda/handler.ts", external: ["@aws-sdk/*"], plugins: [siblings] },
  { name: "federation", entry: "src/lambda/aws/federation.ts", external: [], plugins: [credentialsOfAFunction, withoutBrowsers] },
];

for (const folder of ["lambda", "metafiles"]) mkdirSync(join(dist, folder), { recursive: true });
for (const { name, entry, external, plugins } of files) {
  const outfile = join(dist, "lambda", `${name}.js`);
  const { metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    minify: true,
    legalComments: "none",
    metafile: true,
    external,
    plugins,
    define: { PROGRAM_VERSION: JSON.stringify(version) },
  });
  if (warnings.length > 0) throw new Error(`esbuild warned about ${entry}; a warning here is a function that fails at deploy time`);
  const own = Object.keys(metafile.inputs).filter((path) => path.includes("node_modules/"));
  if (name === "index" && own.length > 0) throw new Error(`index.js contains ${own[0]}: packages belong into a file that is loaded late`);
  writeFileSync(join(dist, "metafiles", `lambda-${name}.json`), JSON.stringify(metafile));
  console.log(`${`${name}.js`.padEnd(14)} ${(statSync(outfile).size / 1000).toFixed(1).padStart(7)} kB`);
}
