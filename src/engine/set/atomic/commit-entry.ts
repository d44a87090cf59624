import { CopyMethod, RollbackPolicy } from "../../../intent";
import { ServiceError } from "../../../failure/service-error";
import { defined } from "../../../util/defined";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";
import type { BlobPlace } from "../../ports/blob-container";
import type { DestinationBlob } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { JournalEntry } from "../../ports/journal";
import { isCommittedBy } from "../../recovery/marks";
import { copiesTags } from "../../methods/run/traits";
import { claimLastWrite } from "../../recovery/last-write";
import { findRestorePoints } from "../../recovery/restore-point";
import { retryForRollback } from "../../undo/retry-for-rollback";
import type { ListedCopy } from "../plan/planned-blob";
import type { LoggedBlob } from "./commit-log";
import { lastWriteLeaseOf } from "./marks/last-write-lease";

/** Bytes of the random part of a set's block ids: eight characters of base64. */
export const SET_PREFIX_BYTES = 6;

interface UndoOptions {
  readonly owner: string;
  /** Of the whole set, without the number of a blob. */
  readonly blockIdPrefix: string;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
}

/**
 * Returns the journal entry for the undo of a blob: from its notes, and from the service for steps
 * that a killed process did not note.
 */
export async function entryToUndo(
  { index, blob, note, mayBeCommitted }: LoggedBlob,
  { owner, blockIdPrefix, destination, clock }: UndoOptions,
): Promise<JournalEntry> {
  const entry = entryOf(blob, owner, blockIdPrefixOf(index, blockIdPrefix));
  if (!mayBeCommitted) return entry;
  const { before, etag, isMarked = false } = note;
  const noted: JournalEntry = {
    ...entry,
    ...(before === undefined ? { takingRestorePoint: entry.before.exists } : { before }),
    ...(etag === undefined ? {} : { etag }),
  };
  const place = { ...placeOf(blob), destination, setPrefix: blockIdPrefix, clock };
  const found = await withCommitFound(noted, place, NEVER_ABORTED, isMarked);
  if (found.etag === undefined || !found.before.exists || found.before.restorePoint !== undefined) return found;
  const points = await retryForRollback(clock, (signal) => findRestorePoints(destination, signal));
  const point = points.find((other) => other.owner === owner && other.before.etag === found.before.etag);
  return point === undefined ? found : { ...found, before: point.before, takingRestorePoint: false };
}

interface CommittedPlace extends BlobPlace {
  readonly destination: DestinationBlob;
  readonly setPrefix: string;
  readonly clock: Clock;
}

/**
 * Get Block List, for a commit whose response was lost. Returns the entry with the ETag of the
 * commit, by which a rollback recognises it, if the destination has the staged blocks, the mark of
 * this commit, or the lease under which the mark was removed. Releases that lease.
 *
 * @param isMarked the commit is known to have left a mark, so its ETag is not the last one
 */
export async function withCommitFound(
  entry: JournalEntry,
  { container, name, destination, setPrefix, clock }: CommittedPlace,
  signal: AbortSignal,
  isMarked = false,
): Promise<JournalEntry> {
  const { blockIdPrefix = "", before } = entry;
  if ((entry.etag !== undefined && !isMarked) || entry.settled === true) return entry;
  try {
    const found = await container.committedBlocks(name, signal);
    if (found === undefined || found.etag === before.etag) return entry;
    const [first] = found.blockIds;
    if (first !== undefined) return blockIdPrefix !== "" && first.startsWith(blockIdPrefix) ? { ...entry, etag: found.etag } : entry;
    const marked = { ...entry, lastWriteLease: lastWriteLeaseOf(setPrefix) };
    const claimed = await claimLastWrite({ entry: marked, destination, clock, note: () => undefined });
    if (claimed.etag !== entry.etag) return claimed;
    const now = await destination.getProperties({ signal });
    return now !== undefined && isCommittedBy(setPrefix, now.metadata) ? { ...entry, etag: now.etag } : entry;
  } catch (error) {
    // The rollback that follows meets the same error and reports it.
    if (error instanceof ServiceError) return entry;
    throw error;
  }
}

/**
 * All prefixes have the same length, and each belongs to one blob of one run. So a block list
 * cannot include uncommitted blocks of another client.
 */
export function blockIdPrefixOf(index: number, setPrefix: string): string {
  const number = Buffer.alloc(3);
  number.writeUIntBE(index & 0xffffff, 0, 3);
  return `${setPrefix}${number.toString("base64")}`;
}

export function entryOf(
  { destination, destinationUrl, sourceUrl, source, options }: ListedCopy,
  owner: string,
  blockIdPrefix: string,
): JournalEntry {
  return {
    destination: destinationUrl,
    owner,
    source: sourceUrl,
    method: CopyMethod.PUT_BLOCK_FROM_URL,
    rollback: RollbackPolicy.RESTORE,
    before: destination === undefined ? { exists: false } : { exists: true, etag: destination.etag, length: destination.length },
    touched: true,
    ...defined({ tags: copiesTags(options) ? source.details?.tags : (options.tags ?? {}) }),
    blockIdPrefix: source.length === 0 ? "" : blockIdPrefix,
  };
}

export function placeOf({ pair, destinationName }: ListedCopy): BlobPlace {
  return { container: pair.destination, name: destinationName };
}
