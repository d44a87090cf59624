import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { replaceFile } from "./platform/replace-file";

/**
 * Writes a file so that, wherever the process ends, either the old or the new content is there in full. Readable for its owner only. Every
 * file has one writer at a time, so what a killed one left is written over by the next.
 *
 * It is not synchronised with the disk: when the machine goes down, the service remembers what there is to undo, and waiting for the
 * disk before each step of a copy would cost more than many a copy.
 */
export function writeFileAtomically(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    replaceFile(temporary, path);
  } catch (error) {
    removeIfPossible(temporary);
    throw error;
  }
}

/** For what may stay behind: the folder itself can have been removed or made read-only meanwhile. */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is written over by whoever uses the name next.
  }
}

/** The JSON object in a file; undefined when there is none, or none that can be read. */
export function readJsonObject(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
