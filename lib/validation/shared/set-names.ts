import { isKnownText } from "../../framework/resolution";
import { Glob } from "../../../src/intent/glob";

/** Rules of a set for the names below a prefix. */
export interface NameRules {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rename: { readonly [name: string]: string };
}

/** Names with a common start, of which filters select some; or a single name. */
export interface Names {
  /** Key of a place, or the common start of such keys. */
  readonly start: string;
  /** Text before the rest of a name, in the names that the globs match. */
  readonly behind: string;
  readonly isOneName: boolean;
  /** If it is empty, it includes every name. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * Maximum number of joint states of globs to search. Beyond it, a common name counts as unknown.
 */
const MAX_STATES = 2_000;
const SLASH = 47;
const SYNTAX = /[\\*?{}[\],]/g;

export function oneName(place: string): Names {
  return { start: place, behind: "", isOneName: true, include: [], exclude: [] };
}

export function namesRead(start: string, { include, exclude }: NameRules): readonly Names[] {
  return [{ start, behind: "", isOneName: false, include, exclude }];
}

/** Returns names for each rename, and for the names that are not renamed. */
export function namesWritten(start: string, { include, exclude, rename }: NameRules): readonly Names[] {
  const renamed = Object.entries(rename).map(([from, to]): Names => {
    return { start: start + to, behind: from, isOneName: !from.endsWith("/"), include, exclude };
  });
  const without = Object.keys(rename).map((from) => (from.endsWith("/") ? `${globOf(from)}**` : globOf(from)));
  return [...renamed, { start, behind: "", isOneName: false, include, exclude: [...exclude, ...without] }];
}

/** Returns the glob that matches exactly this name. */
export function globOf(name: string): string {
  return name.replace(SYNTAX, "\\$&");
}

/** Returns whether synth knows for certain that both contain a common name. */
export function haveCommonName(one: Names, other: Names): boolean {
  const [long, short] = one.start.length >= other.start.length ? [one, other] : [other, one];
  if (!long.start.startsWith(short.start)) return false;
  const surplus = long.start.slice(short.start.length);
  if (short.isOneName && surplus !== "") return false;
  const filters = [...[long, short].flatMap(({ include, exclude }) => [...include, ...exclude]), long.behind, short.behind];
  if (filters.every((text) => text === "")) return true;
  if (![surplus, ...filters].every(isKnownText)) return false;
  const [first, second] = [filterOf(long), filterOf(short)];
  if (long.isOneName || short.isOneName) return first.passes(long.behind) && second.passes(short.behind + surplus);
  return search(first.begin(long.behind), second.begin(short.behind + surplus), first, second);
}

const FILTERS = new WeakMap<Names, Filter>();

/** Compiles the filter once for all comparisons with the same names. */
function filterOf(names: Names): Filter {
  const filter = FILTERS.get(names) ?? new Filter(names);
  FILTERS.set(names, filter);
  return filter;
}

/**
 * Searches all names at once, shortest first. States that were seen before cannot lead to new ones.
 */
function search(start: States, otherStart: States, one: Filter, other: Filter): boolean {
  const characters = alphabetOf([...one.characters, ...other.characters]);
  const seen = new Set<string>();
  const open = [[start, otherStart] as const];
  for (const [first, second] of open) {
    if (one.accepts(first) && other.accepts(second)) return true;
    if (seen.size > MAX_STATES) return false;
    for (const character of characters) {
      const next = [one.after(first, character), other.after(second, character)] as const;
      if (one.isDead(next[0]) || other.isDead(next[1])) continue;
      const key = JSON.stringify(next);
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return false;
}

/** Returns all characters that globs with these characters distinguish, and one other. */
function alphabetOf(characters: readonly number[]): readonly number[] {
  const named = new Set([SLASH, ...characters]);
  let other = 97;
  while (named.has(other)) other++;
  return [...named, other];
}

/** States of the included globs, and of the excluded globs. */
type States = readonly [included: readonly number[], excluded: readonly number[]];

/** All globs of one side, matched at the same time. */
class Filter {
  private readonly included: Glob;
  private readonly excluded: Glob;

  constructor({ include, exclude }: Names) {
    this.included = new Glob(...(include.length === 0 ? ["**"] : include));
    this.excluded = new Glob(...exclude);
  }

  get characters(): readonly number[] {
    return [...this.included.characters, ...this.excluded.characters];
  }

  passes(name: string): boolean {
    return this.included.matches(name) && !this.excluded.matches(name);
  }

  /** Returns the states after the common start of all names. */
  begin(name: string): States {
    let states: States = [[0], [0]];
    for (const character of name) states = this.after(states, character.codePointAt(0) ?? 0);
    return states;
  }

  after([included, excluded]: States, character: number): States {
    return [this.included.after(included, character), this.excluded.after(excluded, character)];
  }

  accepts([included, excluded]: States): boolean {
    return this.included.isEnd(included) && !this.excluded.isEnd(excluded);
  }

  isDead([included]: States): boolean {
    return included.length === 0;
  }
}
