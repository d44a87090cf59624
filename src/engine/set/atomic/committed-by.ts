import type { JournalEntry } from "../../ports/journal";
import { ServiceError } from "../../../failure/service-error";
import type { BlobPlace } from "../../ports/blob-container";

/**
 * Get Block List, for a commit whose answer nobody has seen: when the destination's blocks are those that were staged, the
 * entry comes back with the ETag that the commit gave it, by which a rollback knows it.
 */
export async function withCommitFound(entry: JournalEntry, { container, name }: BlobPlace, signal: AbortSignal): Promise<JournalEntry> {
  const { blockIdPrefix, before } = entry;
  if (blockIdPrefix === undefined || entry.etag !== undefined || entry.settled === true) return entry;
  try {
    const found = await container.committedBlocks(name, signal);
    if (found === undefined || found.etag === before.etag) return entry;
    // Without any block there is nothing to tell it by, and nothing in it.
    const isOurs = blockIdPrefix === "" ? found.blockIds.length === 0 && found.length === 0 : found.blockIds[0]?.startsWith(blockIdPrefix);
    return isOurs === true ? { ...entry, etag: found.etag } : entry;
  } catch (error) {
    // The rollback that follows meets the same trouble, and says so.
    if (error instanceof ServiceError) return entry;
    throw error;
  }
}
