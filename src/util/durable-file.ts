import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { replaceFile } from "./platform/replace-file";

/**
 * Errors of file systems that cannot synchronise: vboxsf, some of FUSE and CIFS. Any other error is
 * about this file.
 */
const NOT_OFFERED: ReadonlySet<string | undefined> = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM", "EACCES"]);

/**
 * Overwrites the file, cuts it to the new length, and synchronises it with the disk where the file
 * system supports that.
 */
export function writeThrough(path: string, text: string): void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT);
  try {
    // Unlike writeSync, this continues after a short write, and so meets the error of a full disk.
    writeFileSync(descriptor, text);
    ftruncateSync(descriptor, Buffer.byteLength(text));
    syncFile(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Returns when the file is on the disk, or at once if the file system cannot synchronise. */
export function syncFile(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!NOT_OFFERED.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/**
 * Gives a file that holds `text` its name. A network file system may refuse to repeat a rename that
 * took effect.
 */
export function renameInto(from: string, to: string, text: string): void {
  try {
    replaceFile(from, to);
  } catch (error) {
    if (contentOf(to) !== text) throw error;
  }
}

/**
 * Makes renames and removals in a folder durable where the platform and the file system can.
 * Elsewhere, only the protection against a power failure in the next seconds is lost.
 */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // The renamed file is already in place, so this is not a failure.
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
