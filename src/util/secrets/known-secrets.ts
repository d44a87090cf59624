import { holdsBase64Text } from "./base64-text";
import { FRAGMENT, Fragments } from "./fragments";
import { plainText, plainView } from "./plain-view";

/** Shorter values would remove ordinary words from every message. */
const MIN_SECRET = FRAGMENT;
/**
 * Limit for the secrets that a run makes. A very long set keeps making tokens and signatures, and
 * only the latest are still valid.
 */
const MAX_MADE = 200;
/** At most an encoding within an encoding has been seen. */
const MAX_LAYERS = 2;
/**
 * Base64 has groups of four characters, and the characters before a secret may be part of the same
 * run.
 */
const ALIGNMENTS = [0, 1, 2, 3] as const;
/** Base64 is searched only if it decodes to text. Other words decode to meaningless bytes. */
const TEXT = new RegExp(`[ -~]{${FRAGMENT}}`);

const given = new Set<string>();
const made = new Set<string>();
let fragments = new Fragments();
/**
 * Secrets that a person chose. Only the whole is a secret, because its parts are ordinary words.
 */
const wholes = new Set<string>();
/**
 * Learnt when there is text to search, so that secrets cost almost nothing while nothing is
 * printed.
 */
const unlearnt = new Set<string>();
let forgotten = 0;

/**
 * Remembers a secret that this process was given. It is never printed again, whichever code writes
 * it into a text.
 */
export function rememberGiven(secret: string): void {
  if (secret.length < MIN_SECRET || given.has(secret)) return;
  given.add(secret);
  learn(secret, looksRandom(secret));
}

/** Remembers a token that this process obtained, or a signature that it made. */
export function rememberMade(secret: string): void {
  if (secret.length < MIN_SECRET) return;
  if (!made.delete(secret)) unlearnt.add(secret);
  made.add(secret);
  const [oldest] = made;
  if (made.size <= MAX_MADE || oldest === undefined) return;
  made.delete(oldest);
  if (!unlearnt.delete(oldest)) forgotten++;
}

function learnMade(): void {
  if (forgotten >= MAX_MADE) {
    forgotten = 0;
    fragments = new Fragments();
    for (const one of given) learn(one, looksRandom(one));
    for (const one of made) unlearnt.add(one);
  }
  for (const one of unlearnt) learn(one, true);
  unlearnt.clear();
}

/**
 * Returns the text without known secrets, and without any part of eight characters of a random one:
 * escaped, broken into lines, as base64 or hexadecimal digits, alone or within other text.
 */
export function withoutKnownSecrets(text: string, hidden: string): string {
  if (given.size + made.size === 0 || text.length < MIN_SECRET) return text;
  learnMade();
  const found: [start: number, end: number][] = [];
  look(text, MAX_LAYERS, (start, end) => found.push([start, end]));
  if (found.length === 0) return text;
  found.sort(([one], [other]) => one - other);
  let shown = "";
  let at = 0;
  for (const [start, end] of found) {
    if (at === 0 || start > at) shown += text.slice(at, start) + hidden;
    at = Math.max(at, end);
  }
  return shown + text.slice(at);
}

type Mark = (start: number, end: number) => void;

function look(text: string, layers: number, mark: Mark): void {
  const view = plainView(text);
  const markCharacters = (from: number, to: number) => mark(view.starts[from] ?? 0, view.ends[to - 1] ?? 0);
  fragments.find(view.codes, view.length, (at) => markCharacters(at, at + FRAGMENT));
  const plain = plainText(view);
  for (const whole of wholes)
    for (let at = plain.indexOf(whole); at !== -1; at = plain.indexOf(whole, at + 1)) markCharacters(at, at + whole.length);
  if (layers === 0) return;
  if (holdsBase64Text(view.codes, view.length, FRAGMENT)) lookIntoBase64(plain, layers - 1, markCharacters);
  lookIntoHexadecimal(plain, layers - 1, markCharacters);
}

function lookIntoBase64(plain: string, layers: number, mark: Mark): void {
  for (const { 0: run, index } of plain.matchAll(/[\w+/]{11,}/g)) {
    for (const start of ALIGNMENTS) {
      const decoded = Buffer.from(run.slice(start), "base64").toString("latin1");
      const from = index + start;
      if (TEXT.test(decoded))
        look(decoded, layers, (first, end) => mark(from + Math.floor((first * 4) / 3), from + Math.ceil((end * 4) / 3)));
    }
  }
}

function lookIntoHexadecimal(plain: string, layers: number, mark: Mark): void {
  for (const { 0: run, index } of plain.matchAll(/[0-9a-f]{16,}/gi)) {
    for (const from of [0, 1]) {
      const decoded = Buffer.from(run.slice(from), "hex").toString("latin1");
      look(decoded, layers, (first, end) => mark(index + from + first * 2, index + from + end * 2));
    }
  }
}

function learn(secret: string, isRandom: boolean): void {
  for (const form of formsOf(secret)) {
    const view = plainView(form);
    if (isRandom) fragments.add(view.codes, view.length);
    else if (view.length >= MIN_SECRET) wholes.add(plainText(view));
  }
}

/**
 * The forms that a view does not unify: other bytes for the same characters, and the bytes that a
 * key stands for.
 */
function formsOf(secret: string): Set<string> {
  const forms = new Set([secret, Buffer.from(secret).toString("latin1"), secret.trim().replace(/\s/g, "+")]);
  if (/^[\w+/-]{43,}={0,2}$/.test(secret)) forms.add(Buffer.from(secret, "base64").toString("latin1"));
  return forms;
}

/**
 * False for a secret that a person chose, and for a text that holds a secret among other parts,
 * such as a connection string.
 */
function looksRandom(secret: string): boolean {
  const text = secret.replace(/\s+/g, "");
  if (/[;&?{}"]|:\/\/|=[^=]/.test(text)) return false;
  const pairs = [...text.matchAll(/[a-z0-9](?=[a-z0-9])/gi)];
  const changes = pairs.filter(({ 0: one, index }) => kindOf(one) !== kindOf(text.charAt(index + 1)));
  return changes.length > pairs.length * 0.3;
}

function kindOf(character: string): number {
  return character <= "9" ? 0 : character <= "Z" ? 1 : 2;
}
