/**
 * Builds `dist/`: the constructs for cdktf and for cdktn, and the provisioner program. The two
 * flavours of the constructs differ only in one module specifier, so the second is a rewritten copy
 * of the first.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { reachedDeclarations } from "./reached-declarations.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1); // the script has printed the reason
}

rmSync(dist, { recursive: true, force: true });
run(createRequire(import.meta.url).resolve("typescript/bin/tsc"), "--project", "tsconfig.build.json");

// Removes comments, which make up half of a construct's file: the declaration files contain them
// too.
const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, removeComments: true };
for (const name of readdirSync(join(dist, "cdktf"), { recursive: true }).filter((name) => name.endsWith(".js"))) {
  const file = join(dist, "cdktf", name);
  writeFileSync(file, ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions }).outputText);
}

cpSync(join(dist, "cdktf"), join(dist, "cdktn"), { recursive: true });
for (const name of readdirSync(join(dist, "cdktn"), { recursive: true }).filter((name) => /\.(js|d\.ts)$/.test(name))) {
  const file = join(dist, "cdktn", name);
  const text = readFileSync(file, "utf8").replaceAll(/\b(from |import\(|require\()"cdktf"/g, '$1"cdktn"');
  writeFileSync(file, text.replaceAll(/"((?:\.\.\/)+)src\//g, '"$1../cdktf/src/'));
}
// The contract does not depend on a framework, so both flavours share one copy of it.
rmSync(join(dist, "cdktn", "src"), { recursive: true });

// The constructs for AWS CDK have one flavour only.
rmSync(join(dist, "cdktn", "lib", "aws-cdk"), { recursive: true });

// Removes the declaration files that no entry point reaches: users cannot import them.
const reached = reachedDeclarations(["cdktf/lib", "cdktn/lib", "cdktf/lib/aws-cdk"].map((entry) => join(dist, entry, "index.d.ts")));
for (const name of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".d.ts")))
  if (!reached.has(join(dist, name))) rmSync(join(dist, name));

run(join(root, "scripts", "bundle.mjs"));
run(join(root, "scripts", "bundle-handlers.mjs"));
run(join(root, "scripts", "third-party-licenses.mjs"));
run(join(root, "scripts", "sbom.mjs"));
