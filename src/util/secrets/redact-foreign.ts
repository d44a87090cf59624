import { withoutKnownSecrets } from "./known-secrets";
import { HIDDEN, hidesByForm, redact } from "./redaction";

/** What separates words of a sentence, of JSON and of XML. */
const WORD = /[^\s"'<>|,;{}()[\]]{16,}/g;
/** An escape within an escape is the most that anybody has been seen to write; one more costs nothing. */
const MAX_LAYERS = 4;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
/** The quantum of base64 is four characters, and what stands before a secret can be part of the same run. */
const ALIGNMENTS = [0, 1, 2, 3] as const;

/**
 * Of what another machine wrote, which can repeat what it was sent in any form: {@link redact}, and a word goes as a whole if it is a
 * secret after its escapes are undone, or what base64 or hexadecimal digits of it stand for. A secret that is broken into lines is found, too.
 */
export function redactForeign(text: string): string {
  const joined = text.replace(/\s*[\r\n]+\s*/g, "");
  const isBroken = joined !== text && shown(joined) !== shown(text).replace(/\s*[\r\n]+\s*/g, "");
  // In this order: what is taken out of the middle of an encoded secret would leave a rest that nobody knows.
  const decoded = (isBroken ? joined : text).replace(WORD, (word) => (standsForSecret(word) ? HIDDEN : word));
  return redact(decoded).replace(WORD, (word) => (isEscapedSecret(word) ? HIDDEN : word));
}

function shown(text: string): string {
  return withoutKnownSecrets(text, HIDDEN);
}

function isKnown(text: string): boolean {
  return shown(text) !== text;
}

function isEscapedSecret(word: string): boolean {
  let plain = word;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next = unescaped(plain);
    if (next === plain) return false;
    if (isKnown(next) || hidesByForm(next) || standsForSecret(next)) return true;
    plain = next;
  }
  return false;
}

function standsForSecret(text: string): boolean {
  for (const [run] of text.matchAll(/[\w+/-]{16,}/g)) {
    if (/^[0-9a-f]+$/i.test(run) && isKnown(Buffer.from(run, "hex").toString("latin1"))) return true;
    if (ALIGNMENTS.some((start) => isKnown(Buffer.from(run.slice(start), "base64").toString("latin1")))) return true;
  }
  return false;
}

function unescaped(text: string): string {
  return text
    .replace(/%([0-7][0-9a-f])|\\u00([0-7][0-9a-f])|&#x([0-7]?[0-9a-f]);/gi, (_, ...digits: (string | undefined)[]) =>
      String.fromCharCode(parseInt(digits.slice(0, 3).find(Boolean) ?? "20", 16)),
    )
    .replace(/\\\//g, "/")
    .replace(/&(\w{2,4});/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
