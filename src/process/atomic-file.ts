import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file so that, after a crash at any moment, either the old or the new content is there in full. Readable for its owner
 * only. Every file has one writer at a time, so what a killed one left is written over by the next.
 */
export function writeFileAtomically(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  try {
    const descriptor = openSync(temporary, "w", 0o600);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    removeIfPossible(temporary);
    throw error;
  }
  syncFolder(dirname(path));
}

/** For what may stay behind: the folder itself can have been removed or made read-only meanwhile. */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is written over by whoever uses the name next.
  }
}

/** Makes a rename or removal itself durable, where the platform lets a folder be synchronised. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
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
