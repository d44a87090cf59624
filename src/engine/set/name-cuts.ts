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

/** Digits of a place between two names; more than a number can hold exactly would be of no use. */
const MOST_DIGITS = 8;
const FRACTIONS = [0.5, 0.25, 0.75] as const;

/** What is known of the names of a range, for {@link CutFinder.cuts}. */
export interface KnownNames {
  /** The last one that was read. */
  readonly last: string;
  /** What all names of the last page begin with. */
  readonly familiar: string;
  /** Where no name is any more; undefined where nothing is known of the end. */
  readonly end: string | undefined;
}

/**
 * Finds places where the names that are still to come may be cut into parts of some size. Nothing is known of them, so it
 * takes them to be made of the characters that were seen, and tries on several scales: the middle of all possible names, and
 * the end of the folder, or of the number with so many digits, in which the listing is.
 */
export class CutFinder {
  readonly #seen = new Set<string>();
  #alphabet: readonly string[] = [];

  learn(name: string): void {
    const before = this.#seen.size;
    for (const character of name) if (isOrderedAlike(character)) this.#seen.add(character);
    if (this.#seen.size > before) this.#alphabet = [...this.#seen].sort();
  }

  /** Ascending; none where no cut is certain. The first of the unsorted ones is the likeliest. */
  cuts({ last, familiar, end }: KnownNames): readonly NameCut[] {
    const depth = end === undefined ? 0 : commonPrefix(last, end).length;
    const places = FRACTIONS.map((fraction) => this.#between(last, end, depth, fraction));
    if (familiar.length > depth) {
      places.push(this.#behind(last, familiar.length));
      const half = (familiar.length + depth) >> 1;
      if (half > depth) places.push(this.#behind(last, half));
    }
    const found = new Map<string, NameCut>();
    for (const at of places) {
      if (at === undefined || at <= last || (end !== undefined && at >= end)) continue;
      found.set(at, { at, group: commonPrefix(last, at) });
    }
    return [...found.values()];
  }

  /** What comes after everything that begins as `name` does, up to and with its character at `depth`. */
  #behind(name: string, depth: number): string | undefined {
    const character = name.charAt(depth);
    const next = this.#alphabet.find((other) => other > character) ?? String.fromCharCode(name.charCodeAt(depth) + 1);
    // After half of a character nothing can be cut.
    return isOrderedAlike(next) && !isHighSurrogate(name, depth - 1) ? name.slice(0, depth) + next : undefined;
  }

  /** A place between two names that are the same up to `depth`. */
  #between(low: string, high: string | undefined, depth: number, fraction: number): string | undefined {
    const base = this.#alphabet.length + 1;
    const from = this.#valueOf(low, depth);
    const to = high === undefined ? this.#alphabet.length / base : this.#valueOf(high, depth);
    let rest = from + (to - from) * fraction;
    let place = low.slice(0, depth);
    for (let digit = 0; digit < MOST_DIGITS; digit++) {
      rest *= base;
      const rank = Math.floor(rest);
      rest -= rank;
      place += this.#alphabet[Math.min(rank, this.#alphabet.length - 1)] ?? "";
      if (place > low) return place;
    }
    return undefined;
  }

  /** What follows `depth` as a number from 0 to 1, its digits being characters. */
  #valueOf(name: string, depth: number): number {
    const base = this.#alphabet.length + 1;
    let value = 0;
    for (let digit = Math.min(name.length - depth, MOST_DIGITS); digit > 0; digit--) {
      const character = name.charAt(depth + digit - 1);
      const rank = this.#alphabet.findIndex((other) => other >= character);
      value = (value + (rank === -1 ? this.#alphabet.length : rank)) / base;
    }
    return value;
  }
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
