import { badIntent } from "../../../failure/bad-intent";

export type NameFilter = (relativeName: string) => boolean;

/** A name passes that matches one of `include` (all names, when there is none) and none of `exclude`. */
export function nameFilter(include: readonly string[], exclude: readonly string[]): NameFilter {
  const included = include.map(globPattern);
  const excluded = exclude.map(globPattern);
  return (name) =>
    (included.length === 0 || included.some((pattern) => pattern.test(name))) && !excluded.some((pattern) => pattern.test(name));
}

const SYNTAX = /\*\*\/|\*+|\?|\{|\}|,|\\?[^]/gu;

/**
 * The globs of the declaration: `*` and `?` stay within a segment, `**` does not, `{a,b}` is either, a backslash takes the next
 * character as it is. Everything else is a character: blob names are no paths of this machine, and a leading dot hides nothing.
 *
 * Not a library's, because those that exist read more into brackets, dots and slashes than a blob's name means.
 */
export function globPattern(glob: string): RegExp {
  let depth = 0;
  const source = glob.replace(SYNTAX, (token) => {
    if (token === "**/") return "(?:[^]*/)?";
    if (token === "*") return "[^/]*";
    if (token.startsWith("**")) return "[^]*";
    if (token === "?") return "[^/]";
    if (token === "{") {
      depth++;
      return "(?:";
    }
    if (token === "}" && depth > 0) {
      depth--;
      return ")";
    }
    if (token === "," && depth > 0) return "|";
    return escaped(token.startsWith("\\") && token.length > 1 ? token.slice(1) : token);
  });
  if (depth > 0) throw badIntent("copy intent", `the glob "${glob}" has a { without its }`);
  return new RegExp(`^${source}$`, "u");
}

function escaped(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}
