import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { replaceFile } from "./platform/replace-file";

/** How file systems say that they cannot synchronise: vboxsf, some of FUSE and CIFS. Anything else is about this file. */
const NOT_OFFERED: ReadonlySet<string | undefined> = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM", "EACCES"]);

/** Over what the file holds, then to the right length, then to the disk as far as the file system offers that. */
export function writeThrough(path: string, text: string): void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT);
  try {
    // Unlike writeSync, this goes on after a short write, and so meets the error of a full disk.
    writeFileSync(descriptor, text);
    ftruncateSync(descriptor, Buffer.byteLength(text));
    syncFile(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Returns when the file is on the disk, or at once where the file system does not offer to tell. */
export function syncFile(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!NOT_OFFERED.has((error as NodeJS.ErrnoException).code)) throw error;
  }
}

/** Gives a file that holds `text` its name. A network file system can refuse the repetition of a rename that took effect. */
export function renameInto(from: string, to: string, text: string): void {
  try {
    replaceFile(from, to);
  } catch (error) {
    if (contentOf(to) !== text) throw error;
  }
}

/**
 * Makes renames and removals in a folder durable where the platform and the file system can. Where they
 * cannot, all that is lost is the protection against a power failure in the next seconds.
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
    // What was renamed is there already, so nothing is wrong.
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
