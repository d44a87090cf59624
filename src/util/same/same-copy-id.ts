/** Copy ids are GUIDs, whose letters may be of either case. An id that is empty names no copy. */
export function isSameCopyId(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one !== "" && one.toLowerCase() === other?.toLowerCase();
}
