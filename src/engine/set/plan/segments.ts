import type { PrefixCopies } from "../../../intent";
import { badIntent } from "../../../failure/bad-intent";

/**
 * Source names that are renamed alike, so that their order is the same at the source and the
 * destination.
 */
export interface Segment {
  /** Complete prefixes, including the set's own. */
  readonly sourcePrefix: string;
  readonly destinationPrefix: string;
  /** The segment is exactly this name, not the names that begin with it. */
  readonly isOneBlob: boolean;
  /** Names and prefixes that belong to another segment, relative to this one. */
  readonly without: readonly string[];
}

/**
 * Splits a prefix by its renames: one segment for each rename, and one for the rest.
 *
 * @throws CopyFailure when a rename is invalid, or two names would certainly get the same
 * destination
 */
export function segmentsOf({ source, destination, rename }: PrefixCopies): readonly Segment[] {
  const froms = Object.keys(rename);
  const targets = new Map<string, string>();
  for (const from of froms) {
    const to = rename[from] ?? "";
    const other = targets.get(to);
    if (other !== undefined) throw badIntent("copy intent", `rename gives "${other}" and "${from}" the same destination "${to}"`);
    if (!from.endsWith("/") && (to === "" || to.endsWith("/")))
      throw badIntent("copy intent", `rename gives the blob "${from}" the name "${to}", which cannot be a blob's name`);
    if (from.endsWith("/") && to !== "" && !to.endsWith("/"))
      throw badIntent("copy intent", `rename of everything below "${from}" must end in "/", got "${to}"`);
    targets.set(to, from);
  }
  const without = (relativePrefix: string) =>
    froms.filter((name) => name !== relativePrefix && name.startsWith(relativePrefix)).map((name) => name.slice(relativePrefix.length));
  const renamed = froms.map((from): Segment => ({
    sourcePrefix: source.prefix + from,
    destinationPrefix: destination.prefix + (rename[from] ?? ""),
    isOneBlob: !from.endsWith("/"),
    without: from.endsWith("/") ? without(from) : [],
  }));
  return [...renamed, { sourcePrefix: source.prefix, destinationPrefix: destination.prefix, isOneBlob: false, without: without("") }];
}

/** True if a name, relative to the segment, belongs to it. */
export function isInSegment({ isOneBlob, without }: Segment, relativeName: string): boolean {
  if (isOneBlob) return relativeName === "";
  return !without.some((name) => (name.endsWith("/") ? relativeName.startsWith(name) : relativeName === name));
}
