import { fchmodSync, openSync } from "node:fs";

/**
 * Opens a file and empties it. Only its owner may read it, even if others could read an existing
 * file.
 */
export function openPrivately(path: string): number {
  const descriptor = openSync(path, "w", 0o600);
  try {
    fchmodSync(descriptor, 0o600);
  } catch {
    // A file system without permissions, or a device such as /dev/stdout.
  }
  return descriptor;
}
