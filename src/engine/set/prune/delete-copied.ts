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
  /** Whose blobs they are: the deployment. */
  readonly owner: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Delete Blob on what a set copied, if nobody has changed it since. Restore points that a lost machine has left on it go first, where
 * it has no other snapshots: nothing puts them back any more.
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

/** Get Blob Properties, List Blobs, Delete Blob. Returns whether no snapshot is left. */
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
