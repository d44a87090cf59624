import { HIDDEN, hidesByForm, redact } from "./redaction";

/** A word, which ends at a separator of sentences, of JSON or of XML. */
const WORD = /[^\s"'<>|,;{}()[\]]{16,}/g;
/** At most an escape within an escape has been seen; more layers cost nothing. */
const MAX_LAYERS = 4;
/**
 * Number of characters. A longer response adds nothing useful, and searching megabytes would take
 * half a minute.
 */
const MAX_TEXT = 131_072;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/**
 * For text from another machine, which can repeat the secrets of others in any form. Applies
 * {@link redact}, then removes each word that has the form of a secret once its escapes are undone.
 */
export function redactForeign(text: string): string {
  return redact(text.slice(0, MAX_TEXT)).replace(WORD, (word) => (isEscapedSecret(word) ? HIDDEN : word));
}

function isEscapedSecret(word: string): boolean {
  let plain = word;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next = unescaped(plain);
    if (next === plain) return false;
    if (hidesByForm(next)) return true;
    plain = next;
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
