import { isConflict } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import { CopyMethod } from "../../intent";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { JournalEntry } from "../ports/journal";
import { blockOwner } from "../recovery/block-owner";
import { inTime } from "../recovery/in-time";
import { isUnfinishedBy, unfinishedMark } from "../recovery/marks";
import { retryForRollback } from "./retry-for-rollback";
import { absentNow, changedMeanwhile, type RollbackResult } from "./rollback-result";

/** A blob, or uncommitted blocks, that our copy left where no blob existed. */
export interface Leftover {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
}

/** Time for which requests of a killed program may still take effect, one after the other. */
const LATE_WRITES_MILLISECONDS = 30_000;
const LATE_WRITE_PAUSE_MILLISECONDS = 200;

/**
 * Delete Blob, conditional on the ETag that was read. Our own late writes can still change it for a
 * while, so it is retried.
 */
export async function removeLeftover(request: Leftover, leftover: BlobProperties): Promise<RollbackResult> {
  const { entry, destination, clock } = request;
  const giveUpAt = clock.now() + LATE_WRITES_MILLISECONDS;
  let now = leftover;
  for (;;) {
    const { etag } = now;
    try {
      await retryForRollback(clock, (signal) => destination.deleteBlob({ ifMatch: etag, signal }));
      break;
    } catch (error) {
      if (!isConflict(error)) throw error;
      const found = await retryForRollback(clock, (signal) => destination.getProperties({ signal }));
      if (found === undefined) break;
      if (found.etag === etag) throw error;
      if (!isUnfinishedBy(entry.owner, found.metadata) || clock.now() >= giveUpAt) return changedMeanwhile();
      now = found;
    }
    await clock.sleep(LATE_WRITE_PAUSE_MILLISECONDS);
  }
  return absentNow(entry.before);
}

/**
 * Drops the uncommitted blocks of a name without a blob: commits an empty block list and deletes
 * the blob that this creates.
 */
export async function discardUncommittedBlocks(request: Leftover): Promise<RollbackResult> {
  const { entry, destination, clock } = request;
  const absent = absentNow(entry.before);
  if (entry.method !== CopyMethod.PUT_BLOCK_FROM_URL) return absent;
  if (!(await areAllOurs(request))) return { ...absent, detail: `${absent.detail}; the service drops our blocks after a week` };
  // The other metadata of a marked blob of this copy. Without it, the new blob would count as
  // written into by another client.
  const metadata = { ...entry.finalMetadata, ...unfinishedMark(entry.owner) };
  const nothing = { destinationConditions: { ifNoneMatch: "*" }, properties: { metadata } };
  try {
    // The service drops the blocks by itself later, so the request is not repeated if the service
    // does not respond.
    await inTime(clock, (signal) => destination.putBlockList([], { ...nothing, signal }));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // The blocks end by themselves. What matters now is whether a blob exists, and whose it is.
  }
  const now = await retryForRollback(clock, (signal) => destination.getProperties({ signal }));
  if (now === undefined) return absent;
  return isUnfinishedBy(entry.owner, now.metadata) ? removeLeftover(request, now) : changedMeanwhile();
}

/**
 * Get Block List. Other clients may also have put blocks on the name, and the service drops either
 * all blocks or none.
 */
async function areAllOurs({ entry, destination, clock }: Leftover): Promise<boolean> {
  const { blockIdPrefix = "", owner } = entry;
  const ids = await retryForRollback(clock, (signal) => destination.uncommittedBlocks({ signal })).catch(() => undefined);
  const isOurBlock = (id: string) => id.startsWith(blockOwner(owner)) || (blockIdPrefix !== "" && id.startsWith(blockIdPrefix));
  return ids?.every(isOurBlock) === true;
}
