const OWN_NAMES = /^blobcopy_/i;

/**
 * Names of metadata are case-insensitive, and some servers change their case. The program
 * recognises its own names by their spelling.
 */
export function metadataName(name: string): string {
  return OWN_NAMES.test(name) ? name.toLowerCase() : name;
}

/**
 * Metadata with which tools and older versions of the service mark an empty blob as a directory.
 */
export function isDirectoryMark(metadata: Readonly<Record<string, string>>): boolean {
  for (const name in metadata) {
    if (name.toLowerCase() === "hdi_isfolder") return metadata[name]?.trim().toLowerCase() === "true";
  }
  return false;
}
