import { MAX_TAG_NAME, MAX_TAG_VALUE, MAX_TAGS, RESERVED_NAME, TAG_TEXT } from "../../../src/intent";
import type { Problems } from "../../framework/problems";
import { checkNoSecret } from "./secrets";
import { TokenAwareText, isUnknownMap, show } from "../../framework/tokens";

export function checkTags(tags: { readonly [name: string]: string } | undefined, problems: Problems): void {
  if (tags === undefined || isUnknownMap(tags)) return;
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) problems.add(`tags has ${entries.length} tags; the service takes at most ${MAX_TAGS}.`);
  for (const [name, value] of entries) {
    if (!checkNoSecret(name, "a tag name", problems)) continue;
    const known = new TokenAwareText(name);
    if (name === "" || (known.isKnown && name.length > MAX_TAG_NAME)) {
      problems.add(`tag name ${show(name)} has ${name.length} characters; the service takes 1 to ${MAX_TAG_NAME}.`);
    }
    if (RESERVED_NAME.test(name)) {
      problems.add(
        `tag name ${show(name)} starts with "blobcopy_", which is reserved for the marks of incomplete copies; use another name.`,
      );
    }
    checkText(known, `tag name ${show(name)}`, problems);
    if (typeof value !== "string") {
      problems.add(`tags.${name} must be a string, got ${show(value)}.`);
      continue;
    }
    if (!checkNoSecret(value, `tags.${name}`, problems)) continue;
    const text = new TokenAwareText(value);
    if (text.literals.length > MAX_TAG_VALUE) {
      problems.add(`tags.${name} has ${text.literals.length} characters; the service takes at most ${MAX_TAG_VALUE}.`);
    }
    checkText(text, `tags.${name} ${show(value)}`, problems);
  }
}

function checkText(text: TokenAwareText, what: string, problems: Problems): void {
  if (!TAG_TEXT.test(text.literals))
    problems.add(`${what} has a character that tags cannot have: use letters, digits, space and + - . / : = _`);
}
