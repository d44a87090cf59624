import { explain } from "../../../failure/explain";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";
import type { BlobContainers } from "../../ports/blob-container";
import type { BlobStore, DestinationBlob } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { EventSink } from "../../ports/events";
import type { WritingIntent } from "../plan/destinations";
import type { ListedCopy } from "../plan/planned-blob";
import { Inventory } from "./inventory";
import { inventoryRequest } from "./inventory-request";

/** A blob that a rollback restored. */
export interface RestoredBlob {
  /** Name in the destination's container. */
  readonly name: string;
  readonly etagBefore: string;
  readonly etagNow: string;
}

/** Get Blob Properties, for the ETag of a blob after its restore. */
export async function restoredBlob(
  { destination: before, destinationName: name }: ListedCopy,
  destination: DestinationBlob,
): Promise<RestoredBlob | undefined> {
  const now = await destination.getProperties().catch(() => undefined);
  return now === undefined || before === undefined ? undefined : { name, etagBefore: before.etag, etagNow: now.etag };
}

export interface RestoredContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
}

/**
 * Enters the new ETags of restored blobs into the inventory, unless the run that copies does so.
 * Otherwise the set would take its own blobs for changed by others and never prune them.
 */
export async function rememberRestored(
  intent: WritingIntent,
  { store, clock, emit }: RestoredContext,
  restored: readonly RestoredBlob[],
): Promise<void> {
  const request = inventoryRequest(intent, { store, clock, emit, signal: NEVER_ABORTED });
  if (request === undefined || restored.length === 0) return;
  const inventory = new Inventory({ ...request, isAtomic: false });
  try {
    await inventory.load();
    for (const { name, etagBefore, etagNow } of restored) inventory.addRestored(name, etagBefore, etagNow);
    if (!inventory.hasNews) return;
    await inventory.keepEarlier();
    await inventory.save(false);
  } catch (error) {
    const { why } = explain(error, "");
    emit({ type: "warning", text: `The inventory could not be written, so blobs that were put back may not be pruned: ${why}` });
  }
}
