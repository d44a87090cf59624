/**
 * Builds `dist/`: the constructs for cdktf, the same for cdktn, and the provisioner program.
 * The two flavours differ in one module specifier only, so the second is a rewritten copy of the first.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { reachedDeclarations } from "./reached-declarations.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1); // it has said why
}

rmSync(dist, { recursive: true, force: true });
run(createRequire(import.meta.url).resolve("typescript/bin/tsc"), "--project", "tsconfig.build.json");

// What a declaration says need not be said twice: comments make up half of a construct.
for (const name of readdirSync(join(dist, "cdktf"), { recursive: true }).filter((name) => name.endsWith(".js"))) {
  const file = join(dist, "cdktf", name);
  const { code } = transformSync(readFileSync(file, "utf8"), { platform: "node", format: "cjs", target: "node20", legalComments: "none" });
  writeFileSync(file, code);
}

cpSync(join(dist, "cdktf"), join(dist, "cdktn"), { recursive: true });
for (const name of readdirSync(join(dist, "cdktn"), { recursive: true }).filter((name) => /\.(js|d\.ts)$/.test(name))) {
  const file = join(dist, "cdktn", name);
  const text = readFileSync(file, "utf8").replaceAll(/\b(from |import\(|require\()"cdktf"/g, '$1"cdktn"');
  writeFileSync(file, text.replaceAll(/"((?:\.\.\/)+)src\//g, '"$1../cdktf/src/'));
}
// The contract knows no framework, so one copy of it serves both.
rmSync(join(dist, "cdktn", "src"), { recursive: true });

// Of AWS CDK there is one flavour.
rmSync(join(dist, "cdktn", "lib", "aws-cdk"), { recursive: true });

// Nobody can import what the entry points do not lead to, so nobody reads how it is declared.
const reached = reachedDeclarations(["cdktf/lib", "cdktn/lib", "cdktf/lib/aws-cdk"].map((entry) => join(dist, entry, "index.d.ts")));
for (const name of readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".d.ts")))
  if (!reached.has(join(dist, name))) rmSync(join(dist, name));

run(join(root, "scripts", "bundle.mjs"));
run(join(root, "scripts", "bundle-handlers.mjs"));
run(join(root, "scripts", "third-party-licenses.mjs"));
run(join(root, "scripts", "sbom.mjs"));
