import { commonPrefix } from "./name-order";

/**
 * A place between names where a listing can be cut. It is the same place whether the service orders by UTF-16 units, as
 * accounts with a flat namespace do, by UTF-8 bytes, or with "/" before everything else, as hierarchical ones do: behind
 * {@link group} it has only characters that all of them order alike.
 */
export interface NameCut {
  /** Names from this one on are behind the cut. Relative, as all names here. */
  readonly at: string;
  /** What all names begin with that lie between the name after which the listing was cut, and the cut. */
  readonly group: string;
}

/** For a name that is listed after the one after which was cut: whether it is behind the cut as well. */
export function isBehind(cut: NameCut, name: string): boolean {
  return !name.startsWith(cut.group) || name >= cut.at;
}

/** What is known of the names of a range. */
export interface KnownNames {
  /** The last one that was read. */
  readonly last: string;
  /** What all names of the last page begin with. */
  readonly familiar: string;
  /** Characters of that page's names behind what is familiar, ascending. */
  readonly alphabet: readonly string[];
  /** Where no name is any more; undefined where nothing is known of the end. */
  readonly end: string | undefined;
}

const MAX_DEPTHS = 5;
const FRACTIONS = [1 / 3, 2 / 3] as const;

/**
 * Places where the names that are still to come may be cut into parts, the likeliest first; none where no cut is certain.
 *
 * How many names there are between two places is not known beforehand, so there are some on several scales: the folder in
 * which the listing is, what is around that, and the numbers of fewer digits.
 */
export function possibleCuts(known: KnownNames): readonly NameCut[] {
  const { last, familiar, end } = known;
  const cuts: NameCut[] = [];
  const shallowest = end === undefined ? 0 : commonPrefix(last, end).length;
  for (const depth of depthsOf(familiar, shallowest)) {
    // After half of a character nothing can be cut.
    if (isHighSurrogate(last, depth - 1)) continue;
    const stem = last.slice(0, depth);
    const next = charactersBehind(last.charAt(depth), known.alphabet).filter((character) => end === undefined || stem + character < end);
    const chosen = new Set(FRACTIONS.map((fraction) => next[Math.floor(next.length * fraction)]));
    for (const character of chosen) if (character !== undefined) cuts.push({ at: stem + character, group: stem });
  }
  return cuts;
}

/** Where names may go on in another way than they did, the most promising first. */
function depthsOf(familiar: string, shallowest: number): readonly number[] {
  const deepest = familiar.length;
  const folder = familiar.lastIndexOf("/") + 1;
  const depths = new Set([deepest - 1, folder, deepest - 2, shallowest, deepest, (shallowest + deepest) >> 1]);
  return [...depths].filter((depth) => depth >= shallowest && depth <= deepest).slice(0, MAX_DEPTHS);
}

/** Ranges of characters that are likely to come together. */
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

/** Characters below come before or after "/", those above before or after others, as the service likes. */
function isOrderedAlike(character: string): boolean {
  return character >= FIRST_ORDERED_ALIKE && character < FIRST_SURROGATE;
}

function isHighSurrogate(name: string, index: number): boolean {
  return /^[\ud800-\udbff]/.test(name.charAt(index));
}
