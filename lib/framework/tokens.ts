import { Construct } from "constructs";
import { secretIn } from "../../src/intent";
import { isSpokenBySome, languageOf, withoutAnyTokens, words } from "./language";

/** Stands for a part of a string that only the deploy will know. */
const UNKNOWN = "\uFFFC";

const BUILT_IN = [
  [Map, "a Map"],
  [Set, "a Set"],
  [Date, "a Date"],
  [URL, "a URL"],
  [RegExp, "a regular expression"],
  [Promise, "a Promise"],
  [Uint8Array, "bytes"],
] as const;

/** A declared string, separated into parts that are known at synth and parts that are not. */
export class TokenAwareText {
  /**
   * The string with a stand-in for each unknown part. The stand-in does not match any character
   * class of the service.
   */
  readonly withoutTokens: string;

  constructor(value: string) {
    this.withoutTokens = withoutAnyTokens(value, UNKNOWN);
  }

  /** True if nothing in the string is left to the deploy. */
  get isKnown(): boolean {
    return !this.withoutTokens.includes(UNKNOWN);
  }

  /** True if everything in the string is left to the deploy. */
  get isUnknown(): boolean {
    return this.withoutTokens.replaceAll(UNKNOWN, "") === "";
  }

  /** The known parts, joined. */
  get literals(): string {
    return this.withoutTokens.replaceAll(UNKNOWN, "");
  }
}

/** Returns whether the string is exactly one value of the deploy. */
export function isOneToken(value: string): boolean {
  return new TokenAwareText(value).withoutTokens === UNKNOWN;
}

/** Returns whether the whole map is left to the deploy. */
export function isUnknownMap(map: object): boolean {
  return isSpokenBySome((language) => language.isUnknownMap(map));
}

/**
 * Returns whether a number, alone or in a list, is left to the deploy or was calculated from such a
 * number. These numbers are extremely large.
 */
export function isUnknownNumber(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) > 1e280 && Number.isFinite(value);
}

/**
 * Returns whether a number that stands for a value of the deploy is still unchanged by JavaScript.
 */
export function isWholeNumber(value: number): boolean {
  return isSpokenBySome((language) => language.isNumberValue(value));
}

/**
 * Returns whether the value is an object that stands for a value that only the deploy will know.
 */
export function isValueObject(value: unknown): boolean {
  return isSpokenBySome((language) => language.isValueObject(value));
}

/** Returns a text that stands for such an object in a string. */
export function textOfValue(value: unknown): string {
  return languageOf(value).textOfValue(value);
}

/** Returns a number that stands for such an object. */
export function numberOfValue(value: unknown): number {
  return languageOf(value).numberOfValue(value);
}

/**
 * Returns a map that stands for such an object, or for a string that is one value of the deploy.
 */
export function mapOfValue(value: unknown): Readonly<Record<string, string>> {
  return languageOf(value).mapOfValue(value);
}

/** Returns a list that stands for such an object. */
export function listOfValue(value: unknown): readonly string[] {
  return languageOf(value).listOfValue(value);
}

/**
 * Characters that a terminal does not show, or shows in another place, so a text that looks right
 * may contain them. A space is not one of them.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/**
 * Returns a text in quotes for a message, with invisible characters written as JavaScript escapes.
 */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(INVISIBLE, escaped);
}

/** Returns the character as a JavaScript escape. */
export function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

/**
 * Returns the first letter that is not plain in a name that must be plain. Such a letter may look
 * like a plain one.
 */
export function foreignLetter(text: string): string | undefined {
  const letter = /[^\x20-\x7e\uFFFC]/u.exec(new TokenAwareText(text).withoutTokens)?.[0];
  return letter === undefined ? undefined : `${quoted(letter)} (U+${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")})`;
}

/**
 * Returns a literal for a message: quoted, short, and without a query or a URL's fragment, which
 * might contain a secret.
 */
export function show(value: unknown): string {
  if (typeof value !== "string") return describe(value);
  const secret = secretIn(value);
  if (secret !== undefined) return `"…" (${secret})`;
  const shown = new TokenAwareText(value).withoutTokens
    .replaceAll(UNKNOWN, "${…}")
    .replace(/\?.*$/s, "?…")
    .replace(/^(\w+:\/\/[^#]*#).*$/s, "$1…");
  return quoted(shown.length > 80 ? `${shown.slice(0, 77)}…` : shown);
}

/**
 * Returns the name of a declared value for a message. A name may be a secret that was given in the
 * wrong place, so secrets are masked.
 */
export function nameShown(name: string): string {
  return secretIn(name) === undefined ? name : show(name);
}

/** Describes any value for a message, without the content of an object. */
export function describe(value: unknown): string {
  if (typeof value === "string") return show(value);
  if (value === undefined) return "nothing";
  if (isUnknownNumber(value) || isValueObject(value)) return words().value;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "function") return "a function";
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return value.toString();
  if (typeof value === "symbol") return "a symbol";
  if (Construct.isConstruct(value)) return "a construct";
  // A class of the user may have any name, and a meaningless one after bundling.
  return BUILT_IN.find(([type]) => value instanceof type)?.[1] ?? "an object";
}
