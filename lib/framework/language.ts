import type { IConstruct } from "constructs";

/** Resolves tokens into the values that the deploy sees. */
export type Resolve = (value: unknown) => unknown;

/** Words of messages that differ between the tools. */
export interface Words {
  /** Term for a value that only the deploy will know, with its article. */
  readonly value: string;
  readonly values: string;
  /** Name of the tool that will know the value. */
  readonly tool: string;
  /** Place that a declared text is written to, where everyone can read it. */
  readonly written: string;
  /** Advice for a URL's query that is a secret; `it` names the query, such as `the SAS`. */
  readonly queryFix: (it: string) => string;
  /** Factory of a credential that uses a token of another issuer. */
  readonly workloadIdentity: string;
  /** Functions that change a value of the deploy, since JavaScript cannot. */
  readonly changers: string;
  /** Advice for taking one text of a list that only the deploy knows. */
  readonly ofList: string;
  /** True if a list may be a value of the deploy. */
  readonly takesLists: boolean;
  /**
   * True if the deploy composes a letter and its accent into one character in every text that it
   * reads (NFC).
   */
  readonly composesTexts: boolean;
  /** References that the deploy replaces by a secret elsewhere, but leaves unchanged in a copy. */
  readonly deadReference?: RegExp;
  /** Advice for joining a list, a map or a number of the deploy with known values. */
  readonly joinLists: string;
  readonly joinMaps: string;
  readonly calculate: string;
  /** Advice for declaring which of two constructs comes first. */
  readonly order: string;
  /** Advice for declaring copies of elements that only the deploy knows. */
  readonly each: string;
}

/** Misuse of a value in a text: a piece of the value, or a list or a map of the deploy. */
export type Misuse = "piece" | "list" | "map";

/**
 * Functions of one framework for values that its deploy will know. All other code is the same for
 * every front end.
 */
export interface Language {
  readonly words: Words;
  /** Returns the text with `standIn` for each part that is not known at synth. */
  withoutTokens(text: string, standIn: string): string;
  /** Returns false only if the text does not contain a token. */
  mayHoldToken(text: string): boolean;
  /**
   * Returns how JavaScript has changed a value that only the deploy knows; undefined if the value
   * is whole.
   * @param withoutTokens the text without its whole values
   */
  misuseIn(text: string, withoutTokens: string): Misuse | undefined;
  isNumberValue(value: number): boolean;
  /** Returns whether the value is an object that stands for a value of any kind. */
  isValueObject(value: unknown): boolean;
  isUnknownMap(map: object): boolean;
  textOfValue(value: unknown): string;
  numberOfValue(value: unknown): number;
  mapOfValue(value: unknown): Readonly<Record<string, string>>;
  listOfValue(value: unknown): readonly string[];
  /** Returns whether the construct belongs to an app of this framework. */
  owns(construct: IConstruct): boolean;
  resolveIn(scope: IConstruct): Resolve;
  stackOf(construct: IConstruct): IConstruct;
  /**
   * Makes the tool print a warning about an accepted declaration; once for the same text of one
   * construct.
   */
  warn(construct: IConstruct, text: string): void;
  /** Returns whether the deploy creates `before` first because `after` needs it. */
  waitsFor(after: IConstruct, before: IConstruct): boolean;
}

/** Languages of the loaded front ends, usually one; the latest comes first. */
const languages: Language[] = [];

/**
 * Registers the language of a front end. Messages use the words of the language that was registered
 * last.
 */
export function speak(language: Language): void {
  const known = languages.indexOf(language);
  if (known !== -1) languages.splice(known, 1);
  languages.unshift(language);
}

export function words(): Words {
  return current().words;
}

/** Returns the text with `standIn` for each part that the deploy of any front end will know. */
export function withoutAnyTokens(text: string, standIn: string): string {
  return languages.reduce((withoutTokens, language) => language.withoutTokens(withoutTokens, standIn), text);
}

export function misuseIn(text: string): Misuse | undefined {
  // A text without any of these marks does not need to be masked.
  if (!/token|\{T[fo]|N\.\d+\]\}|e\+2/i.test(text)) return undefined;
  const withoutTokens = withoutAnyTokens(text, "");
  for (const language of languages) {
    const misuse = language.misuseIn(text, withoutTokens);
    if (misuse !== undefined) return misuse;
  }
  return undefined;
}

export function isSpokenBySome(test: (language: Language) => boolean): boolean {
  return languages.some(test);
}

/** Returns the language that recognises the value, or the current one if none does. */
export function languageOf(value: unknown): Language {
  return languages.find((language) => language.isValueObject(value)) ?? current();
}

export function languageAt(scope: IConstruct): Language {
  return languages.find((language) => language.owns(scope)) ?? current();
}

function current(): Language {
  const [language] = languages;
  if (language === undefined) throw new Error("no front end is loaded: import it by one of the entry points of this package");
  return language;
}
