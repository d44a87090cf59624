import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";

/**
 * Text of each source file that `entry` imports, directly or indirectly, by its path from the root,
 * with slashes.
 */
export function sourcesOf(root: string, entry: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    const text = readFileSync(posix.join(root, path), "utf8");
    found.set(path, text);
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles)
      if (fileName.startsWith(".")) visit(fileOf(root, posix.join(posix.dirname(path), fileName)));
  };
  visit(entry);
  return found;
}

function fileOf(root: string, module: string): string {
  const file = [`${module}.ts`, `${module}/index.ts`].find((candidate) => existsSync(posix.join(root, candidate)));
  if (file === undefined) throw new Error(`no source file is ${module}`);
  return file;
}

/** Replaces a module that the sources import by another one. */
export function importing(text: string, { from, to }: { readonly from: string; readonly to: string }): string {
  return text.replaceAll(new RegExp(`\\b(from |import\\(|require\\()"${from}"`, "g"), `$1"${to}"`);
}
