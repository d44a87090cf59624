import { renameSync, rmSync } from "node:fs";
import { type Platform, thisPlatform } from "./platform";

/** A virus scanner, an indexer or Terraform reads such small files in less time. */
const PATIENCE_MILLISECONDS = 2_000;
const PAUSE_MILLISECONDS = 20;

/**
 * Errors of Windows for a file that another process has open. A file that may not be written causes
 * the same errors.
 */
const OPEN_ELSEWHERE: ReadonlySet<string | undefined> = new Set(["EPERM", "EACCES", "EBUSY"]);

/** Renames a file, and replaces the one that has the name. */
export function replaceFile(from: string, to: string, platform: Platform = thisPlatform): void {
  whenClosed(platform, () => renameSync(from, to));
}

/** Removes a file if it is there. */
export function removeFile(path: string, platform: Platform = thisPlatform): void {
  whenClosed(platform, () => rmSync(path, { force: true }));
}

/** @throws the operating system's error; where files are locked, after two seconds of tries */
function whenClosed(platform: Platform, step: () => void): void {
  for (const deadline = Date.now() + PATIENCE_MILLISECONDS; ; pause()) {
    try {
      return step();
    } catch (error) {
      if (!platform.locksOpenFiles || !OPEN_ELSEWHERE.has((error as NodeJS.ErrnoException).code) || Date.now() >= deadline) throw error;
    }
  }
}

/** Blocks the thread, because the next step relies on the file. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MILLISECONDS);
}
