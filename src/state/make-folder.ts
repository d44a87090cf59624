import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Creates a folder for this user alone, and any missing folders above it. Node's recursive mkdir
 * never returns if a file system refuses folders and reports that one above is missing: it creates
 * that one again and again.
 *
 * @throws the operating system's error
 */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  try {
    make(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === folder) throw error;
    makeFolder(above);
    make(folder);
  }
}

function make(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
