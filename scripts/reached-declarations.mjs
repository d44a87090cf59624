/**
 * Finds the declaration files that a compiler reads, directly or indirectly, from the given ones.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const IMPORT = /(?:\bfrom |\bimport\()"(\.[^"]+)"/g;

/** @returns {Set<string>} their absolute paths, including those of `entries` */
export function reachedDeclarations(entries) {
  const reached = new Set(entries.map((entry) => resolve(entry)));
  for (const file of reached) {
    for (const [, name] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const target = resolve(dirname(file), name);
      const found = [`${target}.d.ts`, resolve(target, "index.d.ts")].find((candidate) => existsSync(candidate));
      if (found === undefined) throw new Error(`${file} imports ${name}, which has no declaration`);
      reached.add(found);
    }
  }
  return reached;
}
