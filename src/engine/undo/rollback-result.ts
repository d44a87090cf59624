import { methodName } from "../../util/method-name";
import { addsSnapshot } from "../../intent";
import type { BlobProperties } from "../ports/blob-properties";
import type { EventSink, RollbackOutcome } from "../ports/events";
import type { Before, JournalEntry } from "../ports/journal";

export interface RollbackResult {
  readonly outcome: RollbackOutcome;
  readonly detail: string;
  /** Another client has written into the destination, which can hold half a copy. */
  readonly isLeftToThem?: boolean;
}

/** The journal entry has to stay, because the next run needs it. */
export function isLeftToNextRun({ outcome }: RollbackResult): boolean {
  return outcome === "incomplete" || outcome === "goes-on";
}

/** The request that starts an asynchronous copy. */
export function operationOf({ method }: Pick<JournalEntry, "method">): string {
  return addsSnapshot(method) ? "Incremental Copy Blob" : "Copy Blob";
}

/**
 * The copy is neither aborted nor replaced. The restore point, which holds the old content, is
 * kept.
 */
export function perhapsOurs(entry: JournalEntry, { copy }: BlobProperties): RollbackResult {
  const { restorePoint } = entry.before;
  const old = restorePoint === undefined ? "" : `; the old content is in snapshot ${restorePoint}`;
  const detail = `copy ${copy?.id ?? ""} from the same source is at the destination (${copy?.status ?? ""}). The answer to ${methodName(entry.method)} was lost, so it is not known whether this deployment or another client started the copy, and it is left alone${old}. The client that started it can abort it by this id. The next deploy continues from here.`;
  return { outcome: "incomplete", detail };
}

export function changedMeanwhile(): RollbackResult {
  return { outcome: "left-alone", detail: "another client changed the destination meanwhile" };
}

/** The destination does not exist by now. */
export function absentNow({ exists, isUnknown }: Before): RollbackResult {
  if (exists) return { outcome: "left-alone", detail: "another client deleted the destination meanwhile" };
  const before =
    isUnknown === true
      ? "; if the copy had replaced a blob, that blob was not kept, since the run did not wait for the copy"
      : ", as before";
  return { outcome: "removed", detail: `the destination is absent${before}` };
}

export function abortedOnly(now: BlobProperties | undefined): RollbackResult {
  const state = now === undefined ? "is absent" : `has ${now.length} bytes`;
  return { outcome: "aborted", detail: `as RollbackPolicy.ABORT_ONLY asks, nothing was restored; the destination ${state}` };
}

/** An undo of many blobs prints a line for a blob only where the user may have to act. */
export function quietly(emit: EventSink): EventSink {
  return (event) => {
    if (event.type === "rollback-started" || event.type === "copy-aborted") return;
    if (event.type !== "rollback-finished" || !["untouched", "removed", "restored"].includes(event.outcome)) emit(event);
  };
}
