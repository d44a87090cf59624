/** Writes `dist/THIRD-PARTY-LICENSES`: the licence text of each package that esbuild put into the program, by its metafiles. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const metafiles = join(root, "dist", "metafiles");

function bundledPackageFolders() {
  const folders = new Set();
  for (const name of readdirSync(metafiles)) {
    const { outputs } = JSON.parse(readFileSync(join(metafiles, name), "utf8"));
    for (const input of Object.values(outputs).flatMap((output) => Object.keys(output.inputs))) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder) folders.add(folder);
    }
  }
  return folders;
}

function licenceOf(folder) {
  const { name, version, license, repository } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file && !license)
    throw new Error(`${name} ${version} is bundled, but says nothing about its licence: find it out before publishing`);
  const text = file
    ? readFileSync(join(root, folder, file), "utf8").trim()
    : `${license}, see ${repository?.url ?? repository ?? "its package"}`;
  return { title: `${name} ${version} (${license})`, text };
}

const packages = [...bundledPackageFolders()].map(licenceOf).sort((a, b) => a.title.localeCompare(b.title));
if (packages.length === 0) throw new Error(`no package in ${metafiles}: has scripts/bundle.mjs run?`);

const byText = new Map();
for (const { title, text } of packages) byText.set(text, [...(byText.get(text) ?? []), title]);

const sections = [...byText].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
writeFileSync(
  join(root, "dist", "THIRD-PARTY-LICENSES"),
  `The provisioner program contains the following packages.\n\n${sections.join(`\n${"-".repeat(80)}\n\n`)}`,
);
