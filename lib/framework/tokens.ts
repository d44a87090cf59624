import { Token } from "cdktf";

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

/** A literal for a message: quoted, short, without a query, which might hold a secret. */
export function show(value: unknown): string {
  if (typeof value !== "string") return value === undefined ? "nothing" : JSON.stringify(value);
  const shown = new DeclaredText(value).masked.replaceAll(UNKNOWN, "${…}").replace(/\?.*$/s, "?…");
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 77)}…` : shown);
}
