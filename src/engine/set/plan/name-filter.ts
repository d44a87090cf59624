import { Glob } from "../../../intent/glob";

export type NameFilter = (relativeName: string) => boolean;

/** A name passes that matches one of `include` (all names, when it is empty) and none of `exclude`. */
export function nameFilter(include: readonly string[], exclude: readonly string[]): NameFilter {
  const included = include.map((glob) => new Glob(glob));
  const excluded = exclude.map((glob) => new Glob(glob));
  return (name) => (included.length === 0 || included.some((glob) => glob.matches(name))) && !excluded.some((glob) => glob.matches(name));
}
