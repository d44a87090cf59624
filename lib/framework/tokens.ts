import type { IResolveContext } from "cdktf";
import { Lazy, Token, Tokenization } from "cdktf";
import { isExpression } from "./hcl";

/** Stands for a part of a string that only Terraform will know. */
const UNKNOWN = "\uFFFC";

/** Encoded string tokens, Terraform expressions written by hand, and number tokens inside a string. */
const UNKNOWN_PARTS = /\$\{TfToken\[[^\]]+\]\}|\$\{[^}]*\}|-\d\.\d+e\+2[89]\d/g;

/** A declared string, apart into what is known at synth and what is not. */
export class DeclaredText {
  /** The string, with a stand-in for each part that is not known; the stand-in matches no character class of the service. */
  readonly masked: string;

  constructor(value: string) {
    this.masked = value.replace(UNKNOWN_PARTS, (part) => (part.startsWith("$") && !isExpression(part) ? part : UNKNOWN));
  }

  /** Nothing in it is left to Terraform. */
  get isKnown(): boolean {
    return !this.masked.includes(UNKNOWN);
  }

  /** Everything in it is left to Terraform. */
  get isUnknown(): boolean {
    return this.masked.replaceAll(UNKNOWN, "") === "";
  }

  /** The parts that are known, joined. */
  get literals(): string {
    return this.masked.replaceAll(UNKNOWN, "");
  }
}

/** Whether the string is one Terraform value and nothing else. */
export function isOneToken(value: string): boolean {
  return new DeclaredText(value).masked === UNKNOWN;
}

/** Whether a map as a whole is left to Terraform. */
export function isUnknownMap(map: object): boolean {
  return Token.isUnresolved(map);
}

/** Whether a number is left to Terraform, in a list or not: such numbers are out of all proportion. */
export function isUnknownNumber(value: unknown): boolean {
  return typeof value === "number" && value < -1e280;
}

/** Whether a value of any kind is an object that stands for one that only Terraform will know. */
export function isValueObject(value: unknown): boolean {
  return Tokenization.isResolvable(value);
}

/** Text for such an object, to be put into a string. */
export function textOfValue(value: unknown): string {
  return Token.asString(value);
}

/** Text that is made when the configuration is, out of what Terraform sees. */
export function lazyText(produce: (resolve: (value: unknown) => string) => string): string {
  return Lazy.stringValue({ produce: (context: IResolveContext) => produce((value) => String(context.resolve(value))) });
}

/** A number that stands for such an object. */
export function numberOfValue(value: unknown): number {
  return Token.asNumber(value);
}

/** A map that stands for such an object, or for a string that is one Terraform value. */
export function mapOfValue(value: unknown): Readonly<Record<string, string>> {
  return Token.asStringMap(value);
}

/** A list that stands for such an object. */
export function listOfValue(value: unknown): readonly string[] {
  return Token.asList(value);
}

/** A literal for a message: quoted, short, without a query, which might hold a secret. */
export function show(value: unknown): string {
  if (typeof value !== "string") return describe(value);
  const shown = new DeclaredText(value).masked.replaceAll(UNKNOWN, "${…}").replace(/\?.*$/s, "?…");
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 77)}…` : shown);
}

/** Any value for a message, without what is in it. */
export function describe(value: unknown): string {
  if (typeof value === "string") return show(value);
  if (value === undefined) return "nothing";
  if (isUnknownNumber(value) || isValueObject(value)) return "a Terraform value";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "function") return "a function";
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return value.toString();
  return typeof value === "symbol" ? "a symbol" : "an object";
}
