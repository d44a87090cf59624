import { Construct } from "constructs";
import { misuseIn, words } from "../framework/language";
import { describe, isOneToken, isUnknownNumber, isValueObject, textOfValue } from "../framework/tokens";

/** A text, or why it is none; both for messages that begin with where it is. */
export type ReadText = { readonly text: string } | { readonly fault: string };

/** Whether a value is one of the deploy's, of whatever type: what the framework types as anything may come as a string. */
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
  list: () => `is of a list that only ${words().tool} knows, in the place of one text; ${words().ofList}`,
  map: () => `is of a map that only ${words().tool} knows, in the place of one text; give one of its values`,
};

/** The texts of a list, which may be one of the deploy's as a whole; undefined, with problems, where they are no such thing. */
export function textsFrom(values: readonly unknown[], at: string, problems: string[]): readonly string[] | undefined {
  if (values.some((value) => typeof value === "string" && misuseIn(value) === "list")) {
    if (values.length === 1 && words().takesLists) return values as readonly string[];
    if (values.length === 1) problems.push(`${at} is a list that only ${words().tool} knows, and must be known at synth; give its texts.`);
    else problems.push(`${at} holds a list that only ${words().tool} knows beside other elements; ${words().joinLists}.`);
    return undefined;
  }
  // Array.from fills the holes of a list with undefined, which can be told.
  const texts = Array.from(values).flatMap((value, index) => {
    const read = textFrom(value);
    if ("text" in read) return read.text;
    problems.push(`${at}[${index}] ${read.fault}.`);
    return [];
  });
  return texts.length === values.length ? texts : undefined;
}

/** How to make text of what is nearly one, to end a message with. */
export function cureOf(value: unknown): string {
  if (value instanceof Date) return "; give its toISOString()";
  if (value instanceof URL) return "; give its href";
  if (value instanceof Promise) return "; await it";
  return Construct.isConstruct(value) ? "; give one of its attributes, such as its name, its id or, of a variable, stringValue" : "";
}
