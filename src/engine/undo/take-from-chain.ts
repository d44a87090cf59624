import { isSameCopyId } from "../../util/same/same-copy-id";
import { RollbackPolicy } from "../../intent";
import { changedMeanwhile as isChanged, hasSnapshots } from "../../failure/service-codes";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";
import type { JournalEntry } from "../ports/journal";
import { isPerhapsOurs } from "../recovery/ownership";
import { retryForRollback } from "./retry-for-rollback";
import { abortedOnly, absentNow, changedMeanwhile, perhapsOurs, type RollbackResult } from "./rollback-result";

export interface ChainRollback {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly why: string;
}

/**
 * Undoes an incremental copy that is no longer pending. Deletes the snapshot that the copy added,
 * and also the blob if none existed before. The chain's other snapshots stay.
 */
export async function takeFromChain({ entry, destination, clock, emit, why }: ChainRollback): Promise<RollbackResult> {
  emit({ type: "rollback-started", destination: destination.url, why });
  const now = await retryForRollback(clock, (signal) => destination.getProperties({ signal }));
  const { copyId, before } = entry;
  if (now === undefined) return absentNow(before);
  // The start had no effect.
  if (now.etag === before.etag) return { outcome: "untouched", detail: "the destination is as it was" };
  if (now.copy === undefined || !isSameCopyId(now.copy.id, copyId))
    return isPerhapsOurs(now, entry) ? perhapsOurs(entry, now) : changedMeanwhile();
  if (entry.rollback === RollbackPolicy.ABORT_ONLY) return abortedOnly(now);
  const { destinationSnapshot: added } = now.copy;
  if (now.copy.status === "success" && added !== undefined)
    await retryForRollback(clock, (signal) => destination.deleteSnapshot(added, { signal }));
  const restored = { outcome: "restored", detail: "the chain holds the snapshots that it held before" } as const;
  if (before.exists) return restored;
  try {
    await retryForRollback(clock, (signal) => destination.deleteBlob({ ifMatch: now.etag, signal }));
    return absentNow(before);
  } catch (error) {
    // Snapshots of other clients, which stay.
    if (hasSnapshots(error)) return restored;
    if (isChanged(error)) return changedMeanwhile();
    throw error;
  }
}
