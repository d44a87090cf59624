import { fchmodSync, openSync } from "node:fs";

/** Opens a file to write it anew; nobody but its owner may read it, whoever might read one that was there. */
export function openPrivately(path: string): number {
  const descriptor = openSync(path, "w", 0o600);
  try {
    fchmodSync(descriptor, 0o600);
  } catch {
    // A file system without permissions, or a device such as /dev/stdout.
  }
  return descriptor;
}
