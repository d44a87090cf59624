/** Copy ids are GUIDs, whose letters may be of either case. An empty id does not name a copy. */
export function isSameCopyId(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one !== "" && one.toLowerCase() === other?.toLowerCase();
}
