/** Shorter ones are no slices. */
const SHORTEST_SLICE = 13;

/** The same text without the page of which it is a slice. */
export function detached(text: string): string {
  return text.length < SHORTEST_SLICE ? text : ` ${text}`.slice(1);
}
