import type { BlobContainer } from "../../ports/blob-container";
import { BLOBCOPY_FOLDER } from "../../recovery/blobcopy-folder";

const PAGE = 100;

/**
 * List Blobs. Returns the warning for a set that has no inventory yet while its destination already
 * has blobs, which may be its own; undefined if it has none.
 */
export async function unrememberedText(container: BlobContainer, prefix: string, signal: AbortSignal): Promise<string | undefined> {
  for await (const page of container.list({ prefix, pageSize: PAGE, readsAhead: false, signal })) {
    if (page.every(({ name, isDirectory }) => isDirectory === true || name.startsWith(BLOBCOPY_FOLDER))) continue;
    return (
      `The set has no inventory at ${container.urlOf(prefix)} yet: what is there already counts as somebody else's, even if this set copied it ` +
      "before prune or onDestroy was declared, or before Terraform's state was lost, and is never deleted. To make what has a source this set's own, deploy " +
      "once with overwrite: ALWAYS, which copies it again; delete what has no source yourself"
    );
  }
  return undefined;
}

/** The warning about blobs of a list that existed before the set kept an inventory. */
export function foundText(count: number): string {
  const what = count === 1 ? "1 blob of the list was there already and counts" : `${count} blobs of the list were there already and count`;
  return `${what} as somebody else's, even if this set copied it before onDestroy was declared: a destroy leaves it. To make it this set's own, deploy once with overwrite: ALWAYS`;
}
