const OWN_NAMES = /^blobcopy_/i;

/** Names of metadata are case-insensitive, and some servers spell them their own way; the program knows its own by their spelling. */
export function metadataName(name: string): string {
  return OWN_NAMES.test(name) ? name.toLowerCase() : name;
}

/** Metadata by which tools and older versions of the service tell a directory from an empty blob. */
export function isDirectoryMark(metadata: Readonly<Record<string, string>>): boolean {
  for (const name in metadata) {
    if (name.toLowerCase() === "hdi_isfolder") return metadata[name]?.trim().toLowerCase() === "true";
  }
  return false;
}
