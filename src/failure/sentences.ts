/** Ends of a sentence that take no full stop. */
const ENDED = /[.!?\u2026]["')]?$/;
/** A word that may be written with a capital: not an option's name such as `destinationLeaseId`. */
const ORDINARY_WORD = /^[a-z]+(?=[\s,.:;]|$)/;

/** The text without the full stop at its end, so that it can be gone on with. */
export function withoutFullStop(text: string): string {
  return text.trimEnd().replace(/(?<!\.)\.$/, "");
}

/** The text as one sentence or more: begins with a capital, ends with exactly one full stop. */
export function sentence(text: string): string {
  const begun = text.trim().replace(ORDINARY_WORD, (word) => word.charAt(0).toUpperCase() + word.slice(1));
  return ended(begun);
}

/** The text with exactly one full stop at its end, for what follows a colon. */
export function ended(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed === "" || ENDED.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** What failed and why, then what to do, for one line of text. */
export function failureSentences({ what, why, remedy }: { readonly what: string; readonly why: string; readonly remedy: string }): string {
  return [`${what}: ${ended(why)}`, sentence(remedy)].join(" ");
}
