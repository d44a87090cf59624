const OWN_NAMES = /^blobcopy_/i;

/** Names of metadata are case-insensitive, and some servers spell them their own way; the program knows its own by their spelling. */
export function metadataName(name: string): string {
  return OWN_NAMES.test(name) ? name.toLowerCase() : name;
}
