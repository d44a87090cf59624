import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * A folder for this user alone, and those above it that are missing. Node's own way to make both never comes back where a file system takes no
 * folders and says that one above is missing: it makes that one again and again.
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
