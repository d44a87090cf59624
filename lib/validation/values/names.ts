import type { NameRules } from "../../../src/intent";
import {
  MAX_NAME_CHARACTERS,
  MAX_NAME_SEGMENTS,
  SYSTEM_CONTAINERS,
  hostOf,
  isContainerName,
  isServiceTimeStamp,
  nameFaults,
} from "../../../src/intent";
import type { Problems } from "../../framework/problems";
import { checkNoSecret } from "./secrets";
import { words } from "../../framework/language";
import { TokenAwareText, escaped, foreignLetter, show } from "../../framework/tokens";

/**
 * Texts that JavaScript makes of an absent value inside a text. As part of a longer word, they may
 * be meant.
 */
const ACCIDENT =
  /(?<![A-Za-z])v?(?:undefined|NaN)(?![A-Za-z]|-[a-z])|(?<![A-Za-z]|no[nt][-_])v?null(?![A-Za-z]|[-_][a-z])|\[object [A-Z][A-Za-z]*\]/;

export function checkContainerName(value: unknown, at: string, problems: Problems): void {
  checkContainerLike(value, at, SYSTEM_CONTAINERS, "a container name", problems);
}

export function checkShareName(value: unknown, at: string, problems: Problems): void {
  checkContainerLike(value, at, [], "a share name", problems);
}

export function checkBlobName(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems)) return;
  const text = new TokenAwareText(value);
  if (!checkNoSecret(value, at, problems)) return;
  if (text.withoutTokens.length > MAX_NAME_CHARACTERS) {
    problems.add(`${at} has ${text.withoutTokens.length} characters; the service takes at most ${MAX_NAME_CHARACTERS}.`);
  }
  const segments = text.withoutTokens.split("/").length;
  if (segments > MAX_NAME_SEGMENTS) {
    problems.add(`${at} has ${segments} path segments; the service takes at most ${MAX_NAME_SEGMENTS}.`);
  }
  if (!checkNoAddress(text.withoutTokens, value, at, problems)) return;
  checkNoLeadingSlash(text.withoutTokens, value, at, "the container", problems);
  checkPath(text.withoutTokens, value, at, problems);
}

/** A blob may be named after a web page, but not after its own address. */
export function checkNoAddress(withoutTokens: string, value: string, at: string, problems: Problems): boolean {
  if (hostOf(withoutTokens)?.service === undefined) return true;
  problems.add(`${at} ${show(value)} is a URL of Azure Storage; give the name below the container, or the whole URL to fromUrl.`);
  return false;
}

export function checkFilePath(value: unknown, at: string, problems: Problems): void {
  if (!isText(value, at, problems)) return;
  const text = new TokenAwareText(value);
  if (!checkNoSecret(value, at, problems)) return;
  checkNoLeadingSlash(text.withoutTokens, value, at, "the share", problems);
  checkPath(text.withoutTokens, value, at, problems);
}

/**
 * To the service, a slash at the start of a name is part of the name: a virtual directory without a
 * name.
 */
export function checkNoLeadingSlash(withoutTokens: string, value: string, at: string, below: string, problems: Problems): void {
  if (withoutTokens.startsWith("/")) problems.add(`${at} ${show(value)} starts with "/"; give the path below ${below}, without it.`);
}

/**
 * Adds problems of a name that the service would refuse, or read as another name.
 *
 * @param withoutTokens the unescaped name, with a stand-in for each part that only Terraform knows
 * @param value the name as it was declared, for the message
 */
export function checkPath(withoutTokens: string, value: string, at: string, problems: Problems, options?: NameRules): void {
  for (const { what, remedy } of nameFaults(withoutTokens, options)) problems.add(`${at} ${show(value)} ${what}; ${remedy}.`);
  checkNoAccident(value, at, problems);
}

/**
 * Advice for {@link checkComposed}: the copies in a set's list are in a file, which keeps their
 * names unchanged.
 */
export const IN_COPIES = 'call normalize("NFC") if that is the name, or declare the blobs in copies';

/**
 * Adds a problem for a name that changes on its way to the program. macOS lists file names in this
 * form.
 *
 * @param instead advice if the name is really meant
 */
export function checkComposed(value: unknown, at: string, instead: string, problems: Problems): void {
  if (typeof value !== "string" || !words().composesTexts || value === value.normalize("NFC")) return;
  const shown = show(value).replace(/\p{M}/gu, escaped);
  problems.add(
    `${at} ${shown} has a letter and its accent as two characters, which ${words().tool} combines into one, so that the name changes; ${instead}.`,
  );
}

export function checkNoAccident(value: string, at: string, problems: Problems): void {
  const accident = ACCIDENT.exec(value)?.[0];
  if (accident !== undefined) {
    problems.add(
      `${at} ${show(value)} contains "${accident}", the text of a value that was missing when the name was made; give the value. (If that is the name, write it escaped in a URL.)`,
    );
  }
}

export function checkServiceTimeStamp(value: string | undefined, at: string, what: string, problems: Problems): void {
  if (value === undefined || !isText(value, at, problems)) return;
  if (new TokenAwareText(value).isKnown && !isServiceTimeStamp(value)) {
    problems.add(`${at} ${show(value)} is not ${what}; give it as the service returned it, such as "2026-03-09T01:42:34.9360000Z".`);
  }
}

export function isText(value: unknown, at: string, problems: Problems): value is string {
  if (typeof value === "string" && value !== "") return true;
  problems.add(`${at} must be a string that is not empty, got ${show(value)}.`);
  return false;
}

function checkContainerLike(value: unknown, at: string, exceptions: readonly string[], what: string, problems: Problems): void {
  if (!isText(value, at, problems) || exceptions.includes(value)) return;
  const text = new TokenAwareText(value);
  const isWrong = text.isKnown ? !isContainerName(value) || value.startsWith("$") : /[^a-z0-9-]|--/.test(text.literals);
  if (!isWrong) {
    checkNoAccident(value, at, problems);
    return;
  }
  const others = exceptions.length > 0 ? ` (or ${exceptions.join(", ")})` : "";
  const foreign = foreignLetter(value);
  const seen = foreign === undefined ? "" : `; ${foreign} is not one of them`;
  problems.add(
    `${at} ${show(value)} is not ${what}: use 3 to 63 lower-case letters, digits and single hyphens, starting and ending with a letter or digit${others}${seen}.`,
  );
}
