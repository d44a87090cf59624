import type { IConstruct } from "constructs";

/** Turns tokens into what the deploy sees. */
export type Resolve = (value: unknown) => unknown;

/** How messages call what belongs to one tool and not to the other. */
export interface Words {
  /** A value that only the deploy will know, with its article. */
  readonly value: string;
  readonly values: string;
  /** Who will know it. */
  readonly tool: string;
  /** Where a declared text ends up, for everybody to read. */
  readonly written: string;
  /** How to give the query of a URL that is a secret; `it` is what the query is called, such as `the SAS`. */
  readonly queryFix: (it: string) => string;
  /** The factory of a credential that is a token of another issuer. */
  readonly workloadIdentity: string;
  /** What changes a value of the deploy, since JavaScript cannot. */
  readonly changers: string;
  /** How to take one text of a list of the deploy's. */
  readonly ofList: string;
  /** Whether a list may be one of the deploy's. */
  readonly takesLists: boolean;
  /** Whether the deploy makes one character of a letter and its accent, wherever it reads a text (NFC). */
  readonly composesTexts: boolean;
  /** What the deploy would put a secret for elsewhere, and leaves in a copy as it is written. */
  readonly deadReference?: RegExp;
  /** How to join a list, a map and a number of the deploy's with what is known. */
  readonly joinLists: string;
  readonly joinMaps: string;
  readonly calculate: string;
  /** How to say which of two comes first. */
  readonly order: string;
  /** What makes a copy for each of what only the deploy knows. */
  readonly each: string;
}

/** A text with a piece of a value, or with a list or a map of the deploy's. */
export type Misuse = "piece" | "list" | "map";

/** What a framework alone can tell of the values that its deploy will know, so that all else is the same for every front end. */
export interface Language {
  readonly words: Words;
  /** The text with `standIn` for each part that is not known at synth. */
  withoutTokens(text: string, standIn: string): string;
  /** false: the text is what it says. */
  mayHoldToken(text: string): boolean;
  /** What JavaScript has made of a value that only the deploy knows; undefined where it has left it whole. @param masked without whole values */
  misuseIn(text: string, masked: string): Misuse | undefined;
  isNumberValue(value: number): boolean;
  /** An object that stands for a value of any kind. */
  isValueObject(value: unknown): boolean;
  isUnknownMap(map: object): boolean;
  textOfValue(value: unknown): string;
  numberOfValue(value: unknown): number;
  mapOfValue(value: unknown): Readonly<Record<string, string>>;
  listOfValue(value: unknown): readonly string[];
  /** The construct belongs to an app of this framework. */
  owns(construct: IConstruct): boolean;
  resolveIn(scope: IConstruct): Resolve;
  stackOf(construct: IConstruct): IConstruct;
  /** Has the tool tell what is no reason to refuse the declaration; the same text of one construct once. */
  warn(construct: IConstruct, text: string): void;
  /** Whether the deploy makes `before` first because `after` needs it. */
  waitsFor(after: IConstruct, before: IConstruct): boolean;
}

/** Those of the front ends that are loaded: mostly one. */
const languages: Language[] = [];

/** A front end says in which language its declarations are; the last one that did has the words. */
export function speak(language: Language): void {
  const known = languages.indexOf(language);
  if (known !== -1) languages.splice(known, 1);
  languages.unshift(language);
}

export function words(): Words {
  return current().words;
}

/** The text with `standIn` for each part that some deploy will know. */
export function withoutAnyTokens(text: string, standIn: string): string {
  return languages.reduce((masked, language) => language.withoutTokens(masked, standIn), text);
}

export function misuseIn(text: string): Misuse | undefined {
  // Of a text without any such mark, nothing is to be masked.
  if (!/token|\{T[fo]|N\.\d+\]\}|e\+2/i.test(text)) return undefined;
  const masked = withoutAnyTokens(text, "");
  for (const language of languages) {
    const misuse = language.misuseIn(text, masked);
    if (misuse !== undefined) return misuse;
  }
  return undefined;
}

export function isSpokenBySome(test: (language: Language) => boolean): boolean {
  return languages.some(test);
}

/** The language that a value is of; where none knows it, that of the front end. */
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
