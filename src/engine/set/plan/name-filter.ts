import { badIntent } from "../../../failure/bad-intent";
import { Glob, UnclosedBrace } from "../../../intent/glob";

export type NameFilter = (relativeName: string) => boolean;

/**
 * A name passes if it matches one of `include` (all names, if it is empty) and none of `exclude`.
 *
 * @throws CopyFailure for a glob that has a { without its }
 */
export function nameFilter(include: readonly string[], exclude: readonly string[]): NameFilter {
  const included = include.map(globOf);
  const excluded = exclude.map(globOf);
  return (name) => (included.length === 0 || included.some((glob) => glob.matches(name))) && !excluded.some((glob) => glob.matches(name));
}

function globOf(glob: string): Glob {
  try {
    return new Glob(glob);
  } catch (error) {
    throw error instanceof UnclosedBrace ? badIntent("copy intent", error.message) : error;
  }
}
