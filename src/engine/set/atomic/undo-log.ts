import { explain } from "../../../failure/explain";
import type { EventSink, RollbackOutcome } from "../../ports/events";
import { UnusableName } from "../../../failure/bad-intent";
import type { BlobStore, DestinationBlob } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import { inParallel } from "../../../util/in-parallel";
import { removeRestorePoint } from "../../recovery/restore-point";
import { rollback } from "../../undo/rollback";
import { quietly } from "../../undo/rollback-result";
import { type RestoredBlob, restoredBlob } from "../prune/restored";
import { entryToUndo } from "./commit-entry";
import type { CommitLog, LoggedBlob } from "./commit-log";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";

const AT_ONCE = 64;

export interface UndoLogRequest {
  readonly log: CommitLog;
  readonly owner: string;
  readonly blockIdPrefix: string;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
}

/**
 * Restores the blobs that an atomic set has committed, and discards the staged ones. Returns
 * whether all of that succeeded.
 */
export async function undoLog(
  { log, owner, blockIdPrefix, store, clock, emit }: UndoLogRequest,
  why: string,
  { known = (blob) => blob, onUndone = () => undefined, onRestored }: UndoListeners = {},
): Promise<boolean> {
  let isComplete = true;
  await forEachBlob(log, async (logged) => {
    const blob = known(logged);
    if (blob === undefined) return;
    const destination = destinationOf(blob, store);
    if (destination === undefined) return;
    const report = quietly(emit);
    let outcome: RollbackOutcome;
    try {
      const entry = await entryToUndo(blob, { owner, blockIdPrefix, destination, clock });
      ({ outcome } = await rollback({ entry, destination, clock, emit: report, why }));
    } catch (error) {
      outcome = "incomplete";
      report({ type: "rollback-finished", destination: destination.url, outcome, detail: explain(error, "").why });
    }
    if (outcome === "incomplete") isComplete = false;
    else onUndone(blob);
    if (outcome !== "restored" || onRestored === undefined) return;
    const restored = await restoredBlob(blob.blob, destination);
    if (restored !== undefined) onRestored(restored);
  });
  return isComplete;
}

interface UndoListeners {
  /**
   * Corrects a logged blob by what the process that copied it still knows; undefined for a blob
   * that it has not begun.
   */
  readonly known?: (blob: LoggedBlob) => LoggedBlob | undefined;
  readonly onUndone?: (blob: LoggedBlob) => void;
  readonly onRestored?: ((restored: RestoredBlob) => void) | undefined;
}

/** Delete Blob on the restore points of a complete set. Returns whether all of them are gone. */
export async function removeRestorePoints({ log, store, clock, emit }: Omit<UndoLogRequest, "owner" | "blockIdPrefix">): Promise<boolean> {
  let isComplete = true;
  await forEachBlob(log, async ({ blob, note }) => {
    const point = note.before?.restorePoint;
    if (point === undefined) return;
    const destination = store.destination(blob.declaration.destination);
    if (await removeRestorePoint(destination, point, clock)) return;
    isComplete = false;
    emit({ type: "warning", text: `${blob.destinationUrl}: restore point ${point} could not be deleted; the next run deletes it` });
  });
  return isComplete;
}

async function forEachBlob(log: CommitLog, work: (blob: LoggedBlob) => Promise<void>): Promise<void> {
  // Notes that cannot be written are in memory; lost ones can be recovered from the service.
  await log.flush().catch(() => undefined);
  for await (const blobs of log.blobs()) await inParallel(blobs, AT_ONCE, NEVER_ABORTED, work);
}

/** undefined if the name cannot be sent: nothing was ever written there. */
function destinationOf({ blob }: LoggedBlob, store: BlobStore): DestinationBlob | undefined {
  try {
    return store.destination(blob.declaration.destination, { leaseId: blob.options.destinationLeaseId });
  } catch (error) {
    if (error instanceof UnusableName) return undefined;
    throw error;
  }
}
