import { prefixKey } from "./place";
import type { PrefixCopies, PrefixReference } from ".";

export type OverlapInput = Pick<PrefixCopies, "source" | "destination" | "include" | "exclude" | "rename">;

/**
 * Returns why a set would read its own results: each deploy would copy them once more, and blobs
 * that swap names would be lost. Returns undefined if the declaration alone shows that no name can
 * be on both sides.
 */
export function overlapOf(prefixes: OverlapInput): string | undefined {
  const { source, destination, include, exclude } = prefixes;
  if (containerKey(source) !== containerKey(destination)) return undefined;
  const read = include.length === 0 ? [""] : include.map(literalStart);
  for (const start of read) {
    for (const written of read.flatMap((other) => writtenFor(other, prefixes))) {
      const region = commonRegion(source.prefix + start, destination.prefix + written);
      if (region === undefined || isLeftOut(region, source.prefix, exclude) || isLeftOut(region, destination.prefix, exclude)) continue;
      const inside = region.slice(source.prefix.length);
      const remedy = region.startsWith(source.prefix) && inside !== "" ? `, or exclude ${JSON.stringify(`${inside}**`)}` : "";
      return `its destination names (${JSON.stringify(destination.prefix + written)}) and its source names (${JSON.stringify(source.prefix + start)}) overlap in one container, so the set would copy its own results; choose another prefix or container${remedy}`;
    }
  }
  return undefined;
}

/**
 * Beginnings of the destination names for source names that begin with `start`; relative, like all
 * names here.
 */
function writtenFor(start: string, { rename }: OverlapInput): readonly string[] {
  const written = [start];
  for (const [from, to] of Object.entries(rename)) {
    if (from.endsWith("/") && start.startsWith(from)) return [to + start.slice(from.length)];
    if (from.startsWith(start)) written.push(to);
  }
  return written;
}

/** The beginning of all names that begin with both texts; undefined if there are none. */
function commonRegion(one: string, other: string): string | undefined {
  if (one.startsWith(other)) return one;
  return other.startsWith(one) ? other : undefined;
}

function isLeftOut(region: string, prefix: string, exclude: readonly string[]): boolean {
  if (!region.startsWith(prefix)) return false;
  const relative = region.slice(prefix.length);
  return exclude.some((glob) => glob.endsWith("**") && literalStart(glob) === glob.slice(0, -2) && relative.startsWith(glob.slice(0, -2)));
}

/** The text with which all names that match a glob begin. */
function literalStart(glob: string): string {
  return /^[^*?{\\]*/.exec(glob)?.[0] ?? "";
}

function containerKey(place: PrefixReference): string {
  return prefixKey({ ...place, prefix: "" });
}
