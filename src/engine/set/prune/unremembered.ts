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
      `The set has no inventory at ${container.urlOf(prefix)} yet: blobs that are already there do not count as this set's own and are never deleted, ` +
      "even if this set copied them before prune or onDestroy was declared, or before Terraform's state was lost. To make those with a source this set's own, " +
      "deploy once with overwrite: ALWAYS, which copies them again; delete those without a source yourself"
    );
  }
  return undefined;
}

/** The warning about blobs of a list that existed before the set kept an inventory. */
export function foundText(count: number): string {
  const [what, them] =
    count === 1
      ? ["1 blob of the list was already there and does", "it"]
      : [`${count} blobs of the list were already there and do`, "them"];
  return `${what} not count as this set's own, even if this set copied ${them} before onDestroy was declared: a destroy does not delete ${them}. To make ${them} this set's own, deploy once with overwrite: ALWAYS`;
}

/** The warning about an inventory that another set may share; undefined if none of it is shared. */
export function takeoverText(
  url: string,
  { total, takenOver }: { readonly total: number; readonly takenOver: number },
): string | undefined {
  if (total === 0) return undefined;
  return `${url} is the inventory of another version or construct, and another set may share it: ${takenOver} of its ${total} blobs have a source here and count as this set's; the others stay, and this set does not prune them`;
}

/** The warning about lines of an inventory that could not be read; undefined if there are none. */
export function damageText(url: string, unread: number): string | undefined {
  if (unread === 0) return undefined;
  return `${unread} ${unread === 1 ? "line" : "lines"} of ${url} cannot be read: it was damaged, or a later version has written it; the blobs that they name stay`;
}
