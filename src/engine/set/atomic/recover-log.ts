import type { SetIntent } from "../../../intent";
import type { BlobStore } from "../../ports/blob-store";
import type { BlobContainers } from "../../ports/blob-container";
import type { Clock } from "../../ports/clock";
import type { EventSink } from "../../ports/events";
import type { SetContext } from "../plan/context";
import { destinationsOf } from "../plan/destinations";
import { keepsInventory } from "../prune/inventory-request";
import { rememberRestored, type RestoredBlob } from "../prune/restored";
import { ownerOf, setFileName } from "../../recovery/set-owner";
import { CommitLog } from "./commit-log";
import { CommitMark } from "./marks/commit-mark";
import { StagedLines } from "./staged-blob";
import { removeRestorePoints, undoLog } from "./undo-log";

export interface RecoverLogContext extends Pick<SetContext, "manifestLines" | "log"> {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** The set's results are safe: only restore points are left to delete. */
  readonly isCommitted?: boolean;
}

/**
 * Recovers from the log of an atomic set that did not end. A complete recovery also deletes the
 * set's marks.
 *
 * @returns whether there is a log, and whether the set's results are known to be safe
 */
export async function recoverFromLog(
  intent: SetIntent,
  context: RecoverLogContext,
): Promise<{ readonly isFound: boolean; readonly isCommitted: boolean }> {
  const restored: RestoredBlob[] = [];
  const onRestored = keepsInventory(intent.set) ? (blob: RestoredBlob) => void restored.push(blob) : undefined;
  const { store, clock, emit, isCommitted = false } = context;
  const log = new CommitLog(context.log, new StagedLines(intent.set, store));
  const head = await log.head();
  if (head === undefined) return { isFound: false, isCommitted };
  // Earlier versions noted the construct's path as the owner. The file belongs to this machine
  // alone.
  const isOurs = head.owner === ownerOf(intent) || head.owner === intent.owner;
  const isSafe = isCommitted || (isOurs && head.isSettling);
  if (isOurs) {
    const request = { ...head, log, store, clock, emit };
    const isDone = await (isSafe ? removeRestorePoints(request) : undoLog(request, "the program was killed", { onRestored }));
    await rememberRestored(intent, context, restored);
    for (const { container } of await destinationsOf(intent.set, { store, manifestLines: context.manifestLines })) {
      const name = setFileName(intent, container, "commit");
      const mark = new CommitMark(container, {
        name,
        owner: head.owner,
        leaseId: head.leaseId,
        store,
        clock,
        emit,
        onLost: () => undefined,
      });
      // After an incomplete recovery the mark stays on the service for the next run.
      await (isDone ? mark.removeOf(head) : mark.releaseOf());
    }
    if (!isDone) return { isFound: true, isCommitted: isSafe };
  }
  log.remove();
  return { isFound: true, isCommitted: isSafe };
}
