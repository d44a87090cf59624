import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The files below a folder whose content matches. */
export function filesWhere(directory: string, isSuch: (content: string) => boolean): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile() && isSuch(readFileSync(file, "latin1")));
}
