import type { BlobContainer, ListedBlob, WantedDetails } from "../../ports/blob-container";
import { commonPrefix } from "./name-order";

const PAGE = 5_000;
/** Listed blobs for each wanted name, before the rest is asked for one by one after all. */
const MAX_LISTED_PER_NAME = 100;

export interface ListNamesOptions {
  readonly container: BlobContainer;
  readonly names: Iterable<string>;
  readonly details: WantedDetails | undefined;
  readonly signal: AbortSignal;
  /** Told each wanted blob that is listed; returns whether that answers what was wanted of it. */
  readonly onListed: (blob: ListedBlob) => boolean;
}

/** What a listing did not answer. */
export interface Unanswered {
  readonly names: readonly string[];
  /** The listing came to its end, so no blob has these names. */
  readonly areAbsent: boolean;
}

/**
 * List Blobs on the common prefix of many names: cheaper than a request for each, unless too many other names lie between
 * them. Then it stops, and the caller asks for the rest one by one.
 */
export async function listNames({ container, names, details, signal, onListed }: ListNamesOptions): Promise<Unanswered> {
  const wanted = new Set(names);
  const sorted = [...wanted].sort();
  let left = PAGE + MAX_LISTED_PER_NAME * wanted.size;
  const prefix = commonPrefix(sorted[0] ?? "", sorted.at(-1) ?? "");
  for await (const page of container.list({ prefix, signal, ...(details && { details }) })) {
    for (const blob of page) if (wanted.has(blob.name) && onListed(blob)) wanted.delete(blob.name);
    left -= page.length;
    if (wanted.size === 0 || left < 0) return { names: [...wanted], areAbsent: false };
  }
  return { names: [...wanted], areAbsent: true };
}
