import type { IResolveContext } from "cdktf";
import { Lazy, Token, Tokenization } from "cdktf";

/** Stands for a part of a string that only Terraform will know. */
const UNKNOWN = "\uFFFC";

/** Encoded string tokens, Terraform expressions written by hand, and number tokens inside a string. */
const UNKNOWN_PARTS = /\$\{TfToken\[[^\]]+\]\}|\$\{[^}]*\}|-\d\.\d+e\+2[89]\d/g;

/** A declared string, apart into what is known at synth and what is not. */
export class DeclaredText {
  /** The string, with a stand-in for each part that is not known; the stand-in matches no character class of the service. */
  readonly masked: string;

  constructor(value: string) {
    this.masked = value.replace(UNKNOWN_PARTS, UNKNOWN);
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

/** A literal for a message: quoted, short, without a query, which might hold a secret. */
export function show(value: unknown): string {
  if (typeof value !== "string") return value === undefined ? "nothing" : JSON.stringify(value);
  const shown = new DeclaredText(value).masked.replaceAll(UNKNOWN, "${…}").replace(/\?.*$/s, "?…");
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 77)}…` : shown);
}
