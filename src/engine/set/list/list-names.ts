import type { BlobContainer, ListedBlob, WantedDetails } from "../../ports/blob-container";
import { commonPrefix } from "./name-order";

const PAGE = 5_000;
/**
 * Limit of listed blobs for each wanted name. Beyond it, the remaining names are requested one by
 * one.
 */
const MAX_LISTED_PER_NAME = 100;

export interface ListNamesOptions {
  readonly container: BlobContainer;
  readonly names: Iterable<string>;
  readonly details: WantedDetails | undefined;
  readonly signal: AbortSignal;
  /**
   * Called for each wanted blob that is listed. Returns whether the listing is enough for this
   * blob.
   */
  readonly onListed: (blob: ListedBlob) => boolean;
}

/** Names that a listing left open. */
export interface Unanswered {
  readonly names: readonly string[];
  /** The listing came to its end, so a name that `onListed` was not called for does not exist. */
  readonly areAbsent: boolean;
}

/**
 * List Blobs on the common prefix of many names. This is cheaper than a request for each name,
 * unless too many other names lie between them. Then it stops, and the caller requests the rest one
 * by one.
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
