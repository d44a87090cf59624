// A state takes a character (its code point), or one of these.
/** Takes no character: leads on to one or more states. */
const FORK = -1;
const ONE_IN_SEGMENT = -2;
const SOME_IN_SEGMENT = -3;
const SOME_ANYWHERE = -4;
/** Also stands for the end of a name. */
const END = -5;

/** The message names the glob. */
export class UnclosedBrace extends Error {}

const SLASH = 47;
const SYNTAX = /\*\*\/|\*+|\?|\{|\}|,|\\?[^]/gu;

/**
 * A glob of the declaration: `*` and `?` stay within a segment, `**` crosses segments, `{a,b}` is
 * either alternative, and a backslash takes the next character literally. All other characters
 * stand for themselves: blob names are not paths of this machine, and a leading dot hides nothing.
 *
 * Existing libraries are unsuitable: they read more into brackets, dots and slashes than a blob's
 * name means. A regular expression is unsuitable because it tries alternatives one after the other:
 * a few stars and a long name can take minutes, during which an abort is impossible. This class
 * follows all alternatives at once, in at most as many steps as the length of the name times that
 * of the glob.
 */
export class Glob {
  readonly #takes: number[] = [];
  readonly #forks = new Map<number, number[]>();
  readonly #states: readonly [StateSet, StateSet];
  /** If true, the characters of the names, of which there may be millions, are not read. */
  readonly #takesAll: boolean;

  /**
   * @param globs a name may match any of them
   * @throws UnclosedBrace
   */
  constructor(...globs: readonly string[]) {
    const starts: number[] = [];
    this.#takesAll = globs.includes("**");
    this.#fork(starts);
    for (const glob of globs) {
      starts.push(this.#takes.length);
      const open: OpenBrace[] = [];
      for (const [token] of glob.matchAll(SYNTAX)) this.#add(token, open);
      if (open.length > 0) throw new UnclosedBrace(`the glob "${glob}" has a { without its }`);
      this.#takes.push(END);
    }
    this.#states = [new StateSet(this.#takes.length), new StateSet(this.#takes.length)];
  }

  /** The characters that the globs name. They treat all others alike, except the slash. */
  get characters(): readonly number[] {
    return this.#takes.filter((takes) => takes >= 0);
  }

  /** The states that a character leads to from any of these states. A name begins in state 0. */
  after(states: readonly number[], character: number): readonly number[] {
    const [now, next] = this.#states;
    now.clear();
    next.clear();
    for (const state of states) now.add(state);
    this.#advance(now, character, next);
    return Array.from({ length: next.size }, (_, index) => next.at(index)).sort((a, b) => a - b);
  }

  /** Whether a name may end in one of these states. */
  isEnd(states: readonly number[]): boolean {
    return this.after(states, END).length > 0;
  }

  matches(name: string): boolean {
    if (this.#takesAll) return true;
    let [now, next] = this.#states;
    now.clear();
    now.add(0);
    for (let index = 0; index < name.length; index++) {
      const character = name.codePointAt(index) ?? END;
      if (character > 0xffff) index++;
      next.clear();
      this.#advance(now, character, next);
      if (next.size === 0) return false;
      [now, next] = [next, now];
    }
    next.clear();
    this.#advance(now, END, next);
    return next.size > 0;
  }

  /**
   * Adds to `now` the states reachable without a character, and to `next` those reachable with this
   * character.
   */
  #advance(now: StateSet, character: number, next: StateSet): void {
    for (let index = 0; index < now.size; index++) {
      const state = now.at(index);
      const takes = this.#takes[state];
      if (takes === FORK) {
        for (const target of this.#forks.get(state) ?? []) now.add(target);
      } else if (takes === SOME_IN_SEGMENT || takes === SOME_ANYWHERE) {
        now.add(state + 1);
        if (character !== END && (takes === SOME_ANYWHERE || character !== SLASH)) next.add(state);
      } else if (takes === character) {
        // The last state of a glob does not lead on: it stays where it is.
        next.add(takes === END ? state : state + 1);
      } else if (takes === ONE_IN_SEGMENT && character !== END && character !== SLASH) {
        next.add(state + 1);
      }
    }
  }

  #add(token: string, open: OpenBrace[]): void {
    const here = this.#takes.length;
    const brace = open.at(-1);
    if (token === "**/") {
      // Any folders, or none.
      this.#fork([here + 1, here + 3]);
      this.#takes.push(SOME_ANYWHERE, SLASH);
    } else if (token.startsWith("*")) {
      this.#takes.push(token === "*" ? SOME_IN_SEGMENT : SOME_ANYWHERE);
    } else if (token === "?") {
      this.#takes.push(ONE_IN_SEGMENT);
    } else if (token === "{") {
      open.push({ starts: this.#fork([here + 1]), ends: [] });
    } else if (token === "," && brace !== undefined) {
      brace.ends.push(this.#fork([]));
      brace.starts.push(here + 1);
    } else if (token === "}" && brace !== undefined) {
      for (const end of brace.ends) end.push(here);
      open.pop();
    } else {
      this.#takes.push(token.codePointAt(token.length > 1 && token.startsWith("\\") ? 1 : 0) ?? END);
    }
  }

  /** Targets can be added until the whole glob is read. */
  #fork(targets: number[]): number[] {
    this.#forks.set(this.#takes.length, targets);
    this.#takes.push(FORK);
    return targets;
  }
}

/** A brace whose } has not been read yet. */
interface OpenBrace {
  /** Start of each alternative. */
  readonly starts: number[];
  /** For each alternative except the last, the states that follow it. */
  readonly ends: number[][];
}

/**
 * A set of numbers below `capacity`, in order of insertion. Clearing it takes the same time for any
 * size.
 */
class StateSet {
  size = 0;
  readonly #members: Uint32Array;
  readonly #places: Uint32Array;

  constructor(capacity: number) {
    this.#members = new Uint32Array(capacity);
    this.#places = new Uint32Array(capacity);
  }

  at(index: number): number {
    return this.#members[index] ?? 0;
  }

  add(state: number): void {
    const place = this.#places[state] ?? 0;
    if (place < this.size && this.#members[place] === state) return;
    this.#places[state] = this.size;
    this.#members[this.size++] = state;
  }

  clear(): void {
    this.size = 0;
  }
}
