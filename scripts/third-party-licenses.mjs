/** Writes `dist/THIRD-PARTY-LICENSES`: the licence text of each package in the program. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledPackages } from "./bundled-packages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const byText = new Map();
for (const { name, version, license, folder, repository } of bundledPackages(root)) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `${license}, see ${repository ?? "its package"}`;
  byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${license})`]);
}

const sections = [...byText].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
writeFileSync(
  join(root, "dist", "THIRD-PARTY-LICENSES"),
  `The provisioner program contains the following packages.\n\n${sections.join(`\n${"-".repeat(80)}\n\n`)}`,
);
