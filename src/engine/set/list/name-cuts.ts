import { commonPrefix } from "./name-order";

/**
 * A place between names where a listing can be cut. After {@link group}, it has only characters
 * that all these orders order alike: by UTF-16 units, as in accounts with a flat namespace; by
 * UTF-8 bytes; or with "/" before everything else, as in hierarchical ones.
 */
export interface NameCut {
  /** Names from this one on lie after the cut. Relative, as all names here. */
  readonly at: string;
  /**
   * Common prefix of all names between the last name read when the listing was cut, and the cut.
   */
  readonly group: string;
}

/**
 * True if a name lies after the cut. The name must be listed after the last name read when the
 * listing was cut.
 */
export function isBehind(cut: NameCut, name: string): boolean {
  return !name.startsWith(cut.group) || name >= cut.at;
}

/** Known facts about the names of a range. */
export interface KnownNames {
  /** The last name that was read. */
  readonly last: string;
  /** Common prefix of all names of the last page. */
  readonly familiar: string;
  /** Characters of that page's names after the common prefix, ascending. */
  readonly alphabet: readonly string[];
  /** All names of the range lie before it; undefined where the end is unknown. */
  readonly end: string | undefined;
}

const MAX_DEPTHS = 5;
const FRACTIONS = [1 / 3, 2 / 3] as const;

/**
 * Places where the names that are still to come may be cut into parts, the likeliest first. Empty
 * if no cut is certain.
 *
 * The number of names between two places is not known beforehand, so the places are on several
 * scales: the folder that is being listed, the levels around it, and numbers with fewer digits.
 */
export function possibleCuts(known: KnownNames): readonly NameCut[] {
  const { last, familiar, end } = known;
  const cuts: NameCut[] = [];
  const shallowest = end === undefined ? 0 : commonPrefix(last, end).length;
  for (const depth of depthsOf(familiar, shallowest)) {
    // A cut cannot come after half of a surrogate pair.
    if (isHighSurrogate(last, depth - 1)) continue;
    const stem = last.slice(0, depth);
    const next = charactersBehind(last.charAt(depth), known.alphabet).filter((character) => end === undefined || stem + character < end);
    const chosen = new Set(FRACTIONS.map((fraction) => next[Math.floor(next.length * fraction)]));
    for (const character of chosen) if (character !== undefined) cuts.push({ at: stem + character, group: stem });
  }
  return cuts;
}

/** Positions at which names may continue differently, the most promising first. */
function depthsOf(familiar: string, shallowest: number): readonly number[] {
  const deepest = familiar.length;
  const folder = familiar.lastIndexOf("/") + 1;
  const depths = new Set([deepest - 1, folder, deepest - 2, shallowest, deepest, (shallowest + deepest) >> 1]);
  return [...depths].filter((depth) => depth >= shallowest && depth <= deepest).slice(0, MAX_DEPTHS);
}

/** Ranges of characters that are likely to occur together. */
const FAMILIES = ["0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"] as const;

function charactersBehind(character: string, alphabet: readonly string[]): readonly string[] {
  const family = FAMILIES.find((characters) => characters.includes(character)) ?? "";
  const behind = [...new Set([...alphabet, ...Array.from(family)])].filter((other) => other > character && isOrderedAlike(other)).sort();
  if (behind.length > 0) return behind;
  const next = String.fromCharCode(character.charCodeAt(0) + 1);
  return isOrderedAlike(next) ? [next] : [];
}

const FIRST_ORDERED_ALIKE = "0";
const FIRST_SURROGATE = "\ud800";

/**
 * Services differ in the order of "/" and the characters below the first bound, and in the order of
 * surrogates and the characters above them.
 */
function isOrderedAlike(character: string): boolean {
  return character >= FIRST_ORDERED_ALIKE && character < FIRST_SURROGATE;
}

function isHighSurrogate(name: string, index: number): boolean {
  return /^[\ud800-\udbff]/.test(name.charAt(index));
}
