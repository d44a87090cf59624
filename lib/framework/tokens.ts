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

/** A declared string, apart into what is known at synth and what is not. */
export class TokenAwareText {
  /** The string, with a stand-in for each part that is not known; the stand-in matches no character class of the service. */
  readonly withoutTokens: string;

  constructor(value: string) {
    this.withoutTokens = withoutAnyTokens(value, UNKNOWN);
  }

  /** Nothing in it is left to the deploy. */
  get isKnown(): boolean {
    return !this.withoutTokens.includes(UNKNOWN);
  }

  /** Everything in it is left to the deploy. */
  get isUnknown(): boolean {
    return this.withoutTokens.replaceAll(UNKNOWN, "") === "";
  }

  /** The parts that are known, joined. */
  get literals(): string {
    return this.withoutTokens.replaceAll(UNKNOWN, "");
  }
}

/** Whether the string is one value of the deploy and nothing else. */
export function isOneToken(value: string): boolean {
  return new TokenAwareText(value).withoutTokens === UNKNOWN;
}

/** Whether a map as a whole is left to the deploy. */
export function isUnknownMap(map: object): boolean {
  return isSpokenBySome((language) => language.isUnknownMap(map));
}

/** Whether a number is left to the deploy, in a list or not, or was made of one: such numbers are out of all proportion. */
export function isUnknownNumber(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) > 1e280 && Number.isFinite(value);
}

/** Whether a number that stands for one of the deploy's is that one still, and not what JavaScript has made of it. */
export function isWholeNumber(value: number): boolean {
  return isSpokenBySome((language) => language.isNumberValue(value));
}

/** Whether a value of any kind is an object that stands for one that only the deploy will know. */
export function isValueObject(value: unknown): boolean {
  return isSpokenBySome((language) => language.isValueObject(value));
}

/** Text for such an object, to be put into a string. */
export function textOfValue(value: unknown): string {
  return languageOf(value).textOfValue(value);
}

/** A number that stands for such an object. */
export function numberOfValue(value: unknown): number {
  return languageOf(value).numberOfValue(value);
}

/** A map that stands for such an object, or for a string that is one value of the deploy. */
export function mapOfValue(value: unknown): Readonly<Record<string, string>> {
  return languageOf(value).mapOfValue(value);
}

/** A list that stands for such an object. */
export function listOfValue(value: unknown): readonly string[] {
  return languageOf(value).listOfValue(value);
}

/** What a terminal does not show, or shows in another place: what reads right may hold it. A space is none. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** A text for a message, in quotes, with whatever nobody would see in it written as JavaScript writes it. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(INVISIBLE, escaped);
}

/** As JavaScript writes it. */
export function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

/** For a name that must be plain: its first letter that is not, which may look like one that is. */
export function foreignLetter(text: string): string | undefined {
  const letter = /[^\x20-\x7e\uFFFC]/u.exec(new TokenAwareText(text).withoutTokens)?.[0];
  return letter === undefined ? undefined : `${quoted(letter)} (U+${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")})`;
}

/** A literal for a message: quoted, short, without a query or a URL's fragment, which might hold a secret. */
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

/** The name of what was declared, for a message: what was given in the wrong place may be a secret. */
export function nameShown(name: string): string {
  return secretIn(name) === undefined ? name : show(name);
}

/** Any value for a message, without what is in it. */
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
  // A class of the user's own may have any name, and none that means something once it is bundled.
  return BUILT_IN.find(([type]) => value instanceof type)?.[1] ?? "an object";
}
