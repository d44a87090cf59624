import type { Problems } from "../../framework/problems";
import { RESERVED_NAME } from "./metadata";
import { checkNoSecret } from "./secrets";
import { DeclaredText, isUnknownMap, show } from "../../framework/tokens";

const MAX_TAGS = 10;
const MAX_NAME_CHARACTERS = 128;
const MAX_VALUE_CHARACTERS = 256;
const TEXT = /^[A-Za-z0-9 +\-./:=_\uFFFC]*$/;

export function checkTags(tags: { readonly [name: string]: string } | undefined, problems: Problems): void {
  if (tags === undefined || isUnknownMap(tags)) return;
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) problems.add(`tags has ${entries.length} tags; the service takes at most ${MAX_TAGS}.`);
  for (const [name, value] of entries) {
    const known = new DeclaredText(name);
    if (name === "" || (known.isKnown && name.length > MAX_NAME_CHARACTERS)) {
      problems.add(`tag name ${show(name)} has ${name.length} characters; the service takes 1 to ${MAX_NAME_CHARACTERS}.`);
    }
    if (RESERVED_NAME.test(name)) {
      problems.add(`tag name ${show(name)} starts with "blobcopy_", as the marks of copies that are not complete do; use another name.`);
    }
    checkText(known, `tag name ${show(name)}`, problems);
    if (typeof value !== "string") {
      problems.add(`tags.${name} must be a string, got ${show(value)}.`);
      continue;
    }
    if (!checkNoSecret(value, `tags.${name}`, problems)) continue;
    const text = new DeclaredText(value);
    if (text.literals.length > MAX_VALUE_CHARACTERS) {
      problems.add(`tags.${name} has ${text.literals.length} characters; the service takes at most ${MAX_VALUE_CHARACTERS}.`);
    }
    checkText(text, `tags.${name} ${show(value)}`, problems);
  }
}

function checkText(text: DeclaredText, what: string, problems: Problems): void {
  if (!TEXT.test(text.masked)) problems.add(`${what} has a character that tags cannot have: use letters, digits, space and + - . / : = _`);
}
