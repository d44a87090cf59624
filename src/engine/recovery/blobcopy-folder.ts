/** Folder in the destination's container that holds the inventories and commit marks of sets. */
export const BLOBCOPY_FOLDER = ".blobcopy/";

/** JSON of ASCII only, so that no piece of the blob ends within a character. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
