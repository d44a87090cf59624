import { prefixKey } from "./place";
import type { PrefixCopies, PrefixReference } from ".";

export type OverlapInput = Pick<PrefixCopies, "source" | "destination" | "include" | "exclude" | "rename">;

/**
 * Why a set would read what it writes: each deploy would copy its results once more, and blobs that change places would be lost.
 * undefined when no name can be on both sides, as the declaration alone shows.
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
      return `what it writes (${JSON.stringify(destination.prefix + written)}) and what it reads (${JSON.stringify(source.prefix + start)}) overlap in one container, so the set would copy its own results; choose another prefix or container${remedy}`;
    }
  }
  return undefined;
}

/** Where names that begin so come to; relative, like all names here. */
function writtenFor(start: string, { rename }: OverlapInput): readonly string[] {
  const written = [start];
  for (const [from, to] of Object.entries(rename)) {
    if (from.endsWith("/") && start.startsWith(from)) return [to + start.slice(from.length)];
    if (from.startsWith(start)) written.push(to);
  }
  return written;
}

/** The names that begin with both. */
function commonRegion(one: string, other: string): string | undefined {
  if (one.startsWith(other)) return one;
  return other.startsWith(one) ? other : undefined;
}

function isLeftOut(region: string, prefix: string, exclude: readonly string[]): boolean {
  if (!region.startsWith(prefix)) return false;
  const relative = region.slice(prefix.length);
  return exclude.some((glob) => glob.endsWith("**") && literalStart(glob) === glob.slice(0, -2) && relative.startsWith(glob.slice(0, -2)));
}

/** What a glob's names begin with for sure. */
function literalStart(glob: string): string {
  return /^[^*?{\\]*/.exec(glob)?.[0] ?? "";
}

function containerKey(place: PrefixReference): string {
  return prefixKey({ ...place, prefix: "" });
}
