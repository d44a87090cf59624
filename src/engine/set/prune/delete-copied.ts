import { hasSnapshots } from "../../../failure/service-codes";
import type { BlobContainer, Deleted } from "../../ports/blob-container";
import type { BlobStore } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import { restorePointIn } from "../../recovery/marks";
import { removeRestorePoint } from "../../recovery/restore-point";
import type { InventoryEntry } from "./inventory-line";

export interface DeleteContext {
  readonly container: BlobContainer;
  readonly store: BlobStore;
  /** The deployment that owns the blobs. */
  readonly owner: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Delete Blob on a blob that a set copied, if it has not changed since. If its only snapshots are
 * restore points that a lost machine left, they are deleted first: no rollback will need them.
 */
export async function deleteCopied({ name, etag }: InventoryEntry, context: DeleteContext): Promise<Deleted> {
  const { container, signal } = context;
  try {
    return await container.deleteBlob(name, etag, signal);
  } catch (error) {
    if (!hasSnapshots(error) || !(await removeOwnPoints({ name, etag }, context))) throw error;
    return container.deleteBlob(name, etag, signal);
  }
}

/** Get Blob Properties, List Blobs, Delete Blob. Returns whether all snapshots are gone. */
async function removeOwnPoints(
  { name, etag }: InventoryEntry,
  { container, store, owner, clock, signal }: DeleteContext,
): Promise<boolean> {
  const destination = store.destination(container.locationOf(name));
  const now = await destination.getProperties({ signal });
  if (now?.etag !== etag) return false;
  const snapshots = await destination.listSnapshots({ signal });
  if (snapshots.some((snapshot) => restorePointIn(snapshot)?.owner !== owner)) return false;
  for (const { snapshot } of snapshots) if (!(await removeRestorePoint(destination, snapshot, clock))) return false;
  return true;
}
