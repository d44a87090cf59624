import { holdsBase64Text } from "./base64-text";
import { FRAGMENT, Fragments } from "./fragments";
import { plainText, plainView } from "./plain-view";

/** Shorter values would take ordinary words out of every message. */
const MIN_SECRET = FRAGMENT;
/** Of those that a run makes: a set without end makes tokens and signatures without end, and only the latest are still good. */
const MAX_MADE = 200;
/** An encoding within an encoding is the most that anybody has been seen to write. */
const MAX_LAYERS = 2;
/** The quantum of base64 is four characters, and what stands before a secret can be part of the same run. */
const ALIGNMENTS = [0, 1, 2, 3] as const;
/** What base64 is decoded for: of any other word it would be bytes without a meaning. */
const TEXT = new RegExp(`[ -~]{${FRAGMENT}}`);

const given = new Set<string>();
const made = new Set<string>();
let fragments = new Fragments();
/** Of words that somebody has chosen, only the whole is a secret: a part of it is a word. */
const wholes = new Set<string>();
/** Learnt when there is something to look at: what nobody prints beside costs next to nothing. */
const unlearnt = new Set<string>();
let forgotten = 0;

/** A secret that this process was given. It is never printed again, whoever writes it into a text. */
export function rememberGiven(secret: string): void {
  if (secret.length < MIN_SECRET || given.has(secret)) return;
  given.add(secret);
  learn(secret, looksRandom(secret));
}

/** A token that this process obtained, or a signature that it made. */
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
 * The text without the values that are known to be secret, nor any part of eight characters of a random one: escaped, broken into
 * lines, as base64 or hexadecimal digits, alone or within more.
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

/** What a view does not make one of: other bytes for the same characters, and the bytes that a key stands for. */
function formsOf(secret: string): Set<string> {
  const forms = new Set([secret, Buffer.from(secret).toString("latin1"), secret.trim().replace(/\s/g, "+")]);
  if (/^[\w+/-]{43,}={0,2}$/.test(secret)) forms.add(Buffer.from(secret, "base64").toString("latin1"));
  return forms;
}

/** Not what a person has chosen, nor what holds a secret beside other things, such as a connection string. */
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
