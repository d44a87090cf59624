import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { replaceFile } from "./platform/replace-file";

/**
 * Writes a file so that it contains either the old or the new content in full, wherever the process
 * ends. Only its owner may read it. Every file has one writer at a time, so the next writer
 * overwrites the remains of a killed one.
 *
 * The file is not synchronised with the disk. When the machine goes down, the service still shows
 * what there is to undo, and waiting for the disk before each step would take longer than many
 * copies do.
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

/**
 * For files that may stay behind: the folder itself may have been removed or made read-only in the
 * meantime.
 */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The next writer of this name overwrites the file.
  }
}

/** Returns the JSON object in a file; undefined if there is none, or if it cannot be read. */
export function readJsonObject(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
