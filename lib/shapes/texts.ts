import { Construct } from "constructs";
import { misuseIn, words } from "../framework/language";
import { describe, isOneToken, isUnknownNumber, isValueObject, textOfValue } from "../framework/tokens";

/** A text, or the fault of a value; both for messages that begin with the value's place. */
export type ReadText = { readonly text: string } | { readonly fault: string };

/**
 * Returns whether a whole value, of any type, is left to the deploy. A value that the framework
 * types as anything may be a string.
 */
export function isOneValue(value: unknown): boolean {
  return isValueObject(value) || (typeof value === "string" && isOneToken(value));
}

export function textFrom(value: unknown): ReadText {
  const text = typeof value === "string" ? value : isValueObject(value) || isUnknownNumber(value) ? textOfValue(value) : undefined;
  if (text === undefined) return { fault: `must be a string, got ${describe(value)}${cureOf(value)}` };
  const misuse = misuseIn(text);
  return misuse === undefined ? { text } : { fault: FAULTS[misuse]() };
}

const FAULTS = {
  piece: () =>
    `holds a piece of ${words().value}: JavaScript has cut, changed or escaped what only ${words().tool} knows; use ${words().changers}`,
  list: () => `is a list that only ${words().tool} knows, but must be one text; ${words().ofList}`,
  map: () => `is a map that only ${words().tool} knows, but must be one text; give one of its values`,
};

/**
 * Returns the texts of a list, which as a whole may be left to the deploy; undefined, with
 * problems, if it is not such a list.
 */
export function textsFrom(values: readonly unknown[], at: string, problems: string[]): readonly string[] | undefined {
  if (values.some((value) => typeof value === "string" && misuseIn(value) === "list")) {
    if (values.length === 1 && words().takesLists) return values as readonly string[];
    if (values.length === 1) problems.push(`${at} is a list that only ${words().tool} knows, and must be known at synth; give its texts.`);
    else problems.push(`${at} holds a list that only ${words().tool} knows beside other elements; ${words().joinLists}.`);
    return undefined;
  }
  // Array.from fills the holes of a list with undefined, which can be reported.
  const texts = Array.from(values).flatMap((value, index) => {
    const read = textFrom(value);
    if ("text" in read) return read.text;
    problems.push(`${at}[${index}] ${read.fault}.`);
    return [];
  });
  return texts.length === values.length ? texts : undefined;
}

/** Returns the end of a message: advice for making a text of a value that is nearly one. */
export function cureOf(value: unknown): string {
  if (value instanceof Date) return "; give its toISOString()";
  if (value instanceof URL) return "; give its href";
  if (value instanceof Promise) return "; await it";
  return Construct.isConstruct(value) ? "; give one of its attributes, such as its name, its id or, of a variable, stringValue" : "";
}
