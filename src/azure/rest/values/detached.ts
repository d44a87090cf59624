/** Characters. The JavaScript engine copies shorter strings instead of slicing them. */
const SHORTEST_SLICE = 13;

/**
 * The same text as its own string, which does not keep the page in memory from which it was sliced.
 */
export function detached(text: string): string {
  return text.length < SHORTEST_SLICE ? text : ` ${text}`.slice(1);
}
