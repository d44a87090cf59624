/** Ends of a sentence that need no full stop. */
const ENDED = /[.!?\u2026]["')]?$/;
/** A word that may be capitalised, unlike an option's name such as `destinationLeaseId`. */
const ORDINARY_WORD = /^[a-z]+(?=[\s,.:;]|$)/;

/** The text without the full stop at its end, so that it can be continued. */
export function withoutFullStop(text: string): string {
  return text.trimEnd().replace(/(?<!\.)\.$/, "");
}

/**
 * The text as one sentence or more: it begins with a capital, and ends with exactly one full stop.
 */
export function sentence(text: string): string {
  const begun = text.trim().replace(ORDINARY_WORD, (word) => word.charAt(0).toUpperCase() + word.slice(1));
  return ended(begun);
}

/** The text with exactly one full stop at its end, for use after a colon. */
export function ended(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed === "" || ENDED.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** One line of text: the failed step and the reason, then the remedy. */
export function failureSentences({ what, why, remedy }: { readonly what: string; readonly why: string; readonly remedy: string }): string {
  return [`${what}: ${ended(why)}`, sentence(remedy)].join(" ");
}
