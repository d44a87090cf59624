import type { DestroyIntent } from "../../intent";
import { CopyMethod, DestroyPolicy, RollbackPolicy } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import type { EventSink } from "../ports/events";
import type { BlobProperties } from "../ports/blob-properties";
import type { BlobStore, DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import { CopyFailure } from "../../failure/copy-failure";
import { explain } from "../../failure/explain";
import { findRestorePoints } from "../recovery/restore-point";
import { isWrittenSinceCopied, ownerOf } from "../recovery/ownership";
import { rollback } from "../undo/rollback";
import { changedMeanwhile, hasSnapshots, isContainerGone } from "../../failure/service-codes";
import { isSameCopyId } from "../../util/same/same-copy-id";

const GONE = "it is gone already";

export interface DestroyContext {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
}

/**
 * Destroys one copy. Afterwards this resource has no pending copy. With DestroyPolicy.DELETE the
 * blob is deleted too, if this resource copied it and it was not changed since then. Anything else
 * is left alone and reported.
 */
export async function destroyCopy(intent: DestroyIntent, context: DestroyContext): Promise<void> {
  const { clock, emit, signal } = context;
  const destination = context.store.destination(intent.destination, { leaseId: intent.destinationLeaseId });
  try {
    const now = await destination.getProperties({ signal });
    if (now === undefined) return reportKept(emit, destination, GONE);
    if (now.copy?.status === "pending") {
      if (!isSameCopyId(now.copy.id, intent.receipt.copyId) || intent.receipt.origin === "found")
        return reportKept(emit, destination, `copy ${now.copy.id}, which is pending on it, does not belong to this resource`);
      const points = now.isChain === true ? [] : await findRestorePoints(destination, signal);
      const point = points.filter(({ owner }) => owner === ownerOf(intent)).at(-1);
      const entry = {
        destination: destination.url,
        owner: ownerOf(intent),
        source: now.copy.source,
        method: now.isChain === true ? CopyMethod.INCREMENTAL_COPY_BLOB : CopyMethod.COPY_BLOB,
        rollback: RollbackPolicy.RESTORE,
        before: point?.before ?? { exists: false, isUnknown: now.isChain !== true },
        touched: true,
        copyId: now.copy.id,
      };
      const { outcome, detail } = await rollback({
        entry,
        destination,
        clock,
        emit,
        why: "it is destroyed while its copy is pending",
      });
      if (outcome === "incomplete") throw notEnded(destination, detail);
      return;
    }
    if (intent.onDestroy === DestroyPolicy.RETAIN) return;
    if (!isCopied(now, intent)) return reportKept(emit, destination, "it is not known to have been copied by this resource");
    if (!isUnchanged(now, intent)) return reportKept(emit, destination, "another client has changed it since it was copied");
    if (now.isChain === true) await deleteOnlySnapshot(destination, now, signal);
    await destination.deleteBlob({ ifMatch: now.etag });
    emit({ type: "destination-deleted", destination: destination.url });
  } catch (error) {
    if (isContainerGone(error)) return reportKept(emit, destination, GONE);
    if (hasSnapshots(error)) return reportKept(emit, destination, "it has snapshots that this resource did not make");
    if (changedMeanwhile(error)) return reportKept(emit, destination, "another client has changed it since it was copied");
    throw explain(error, `Cannot delete ${destination.url}`);
  }
}

/**
 * A chain is deleted only if its one snapshot is the last that this resource added: it is not known
 * who made earlier snapshots.
 */
async function deleteOnlySnapshot(destination: DestinationBlob, { copy }: BlobProperties, signal: AbortSignal): Promise<void> {
  const snapshots = await destination.listSnapshots({ signal });
  const [only] = snapshots;
  const isAlone = only !== undefined && snapshots.length === 1;
  if (isAlone && only.snapshot === copy?.destinationSnapshot) await destination.deleteSnapshot(only.snapshot, { signal });
}

function notEnded(destination: DestinationBlob, why: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `The pending copy to ${destination.url} could not be ended`,
    side: "destination",
    why,
    remedy: "destroy again",
  });
}

/**
 * Receipts of earlier versions do not record who made the blob. For these, only the copy id proves
 * it.
 */
function isCopied(now: BlobProperties, { receipt }: DestroyIntent): boolean {
  if (receipt.origin !== undefined) return receipt.origin === "copied";
  return isSameCopyId(now.copy?.id, receipt.copyId);
}

/**
 * If the copy was pending when its receipt was written, the blob now has another ETag. Then the
 * blob must not have been written since the copy completed.
 */
function isUnchanged(now: BlobProperties, { receipt }: DestroyIntent): boolean {
  if (now.etag === receipt.etag) return true;
  if (receipt.copyStatus !== "pending" || !isSameCopyId(now.copy?.id, receipt.copyId) || now.copy?.status !== "success") return false;
  return now.copy.completedOn !== undefined && !isWrittenSinceCopied(now);
}

function reportKept(emit: EventSink, destination: DestinationBlob, why: string): void {
  emit({ type: "destination-left", destination: destination.url, why });
}
