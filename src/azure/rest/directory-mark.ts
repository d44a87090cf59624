/** Metadata by which tools and older versions of the service tell a directory from an empty blob. */
export function isDirectoryMark(metadata: Readonly<Record<string, string>>): boolean {
  for (const name in metadata) {
    if (name.toLowerCase() === "hdi_isfolder") return metadata[name]?.trim().toLowerCase() === "true";
  }
  return false;
}
