/** The packages that esbuild put into the program, from its metafiles in `dist/metafiles/`. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Licences that allow us to distribute the code inside our files, as long as we include their text.
 */
const PERMISSIVE = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);

export function bundledPackages(root) {
  const metafiles = join(root, "dist", "metafiles");
  const folders = new Set();
  for (const name of readdirSync(metafiles)) {
    const { outputs } = JSON.parse(readFileSync(join(metafiles, name), "utf8"));
    for (const input of Object.values(outputs).flatMap((output) => Object.keys(output.inputs))) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder) folders.add(folder);
    }
  }
  if (folders.size === 0) throw new Error(`no package in ${metafiles}: has scripts/bundle.mjs run?`);
  return [...folders].map((folder) => packageIn(join(root, folder))).sort((a, b) => order(a).localeCompare(order(b)));
}

function packageIn(folder) {
  const { name, version, license: stated, repository } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  // Where a package offers several licences, take one that is allowed.
  const choices = /^\((.+ OR .+)\)$/.exec(stated ?? "")?.[1]?.split(" OR ") ?? [stated];
  const license = choices.find((choice) => PERMISSIVE.has(choice)) ?? stated;
  if (!PERMISSIVE.has(license))
    throw new Error(`${name} ${version} would be bundled under ${license ?? "no licence"}: only ${[...PERMISSIVE].join(", ")} may be`);
  return { name, version, license, folder, repository: repository?.url ?? repository };
}

function order({ name, version }) {
  return `${name} ${version}`;
}
