import { CopyLost } from "../../failure/copy-failure";
import type { CopyMethod, Receipt, ReceiptOrigin } from "../../intent";
import type { BlobProperties } from "../ports/blob-properties";
import { finishCopy } from "./finish";
import { type MethodResult, type MethodRun, takesHours } from "../methods/run/method-run";
import { isUnfinishedBy, withoutMarks } from "../recovery/marks";
import { isWrittenSinceCopied } from "../recovery/ownership";
import { receiptOf } from "./receipt";
import { awaitRehydration } from "./rehydration";
import { waitForCopy } from "../watch/wait";
import { takenMetadata } from "../methods/run/written-properties";
import { isWeakEtag } from "../../util/same/etags";
import { isSameMetadata } from "../../util/same/same-texts";
import { isSameCopyId } from "../../util/same/same-copy-id";

export type Started = Pick<MethodResult, "status" | "copyId" | "etag" | "origin">;

/**
 * Waits for a started copy, completes and verifies it. `startedAt`: milliseconds since the epoch.
 */
export async function completeCopy(run: MethodRun, method: CopyMethod, started: Started, startedAt: number): Promise<Receipt> {
  const { destination, clock, emit, stop } = run;
  const { copyId, origin = "copied" } = started;
  const online = await goneThrough(run, started);
  const finished = await finishCopy(run, method, online, origin);
  await run.note({ complete: true });
  const completedOn = online.copy?.completedOn ?? online.lastModified;
  const receipt = receiptOf({ destination, ...finished, source: run.sourceProperties, method, copyId, completedOn });
  stop.throwIfAborted();
  emit({ type: "copy-completed", destination: destination.url, receipt, elapsedMilliseconds: clock.now() - startedAt });
  return receipt;
}

/**
 * Waits until the copy has ended and, where declared, its destination is online. That takes hours,
 * so the end of this run must not undo it.
 */
async function goneThrough(run: MethodRun, started: Started): Promise<BlobProperties> {
  const { stop } = run;
  if (!takesHours(run)) return ended(run, started);
  await run.note({ isRehydrating: true });
  try {
    return await ended(run, started);
  } finally {
    // A copy that is online, or has failed, is undone like any other.
    if (!stop.aborted) await run.note({ isRehydrating: false });
  }
}

async function ended(run: MethodRun, started: Started): Promise<BlobProperties> {
  const { declaration, destination, clock, emit, stop } = run;
  const { copyId, status, etag } = started;
  const copied =
    status === "success"
      ? await destination.getProperties({ signal: stop })
      : await waitForCopy({ destination, copyId, etag, clock, emit, stop });
  if (copied === undefined) throw lost(run, "another client deleted the destination right after it was written");
  if (!isResultOf(run, started, copied)) {
    await run.note({ isWrittenInto: true });
    throw lost(run, "another client changed the destination right after it was written");
  }
  await run.note({ etag: copied.etag, hasEnded: true });
  const online = await awaitRehydration({ declaration, destination, clock, emit, stop }, copied);
  if (online.etag !== copied.etag) await run.note({ etag: online.etag });
  return online;
}

/** Returns the receipt of a copy that is only started (`wait: false`). */
export async function leavePending(run: MethodRun, method: CopyMethod, copyId: string, origin: ReceiptOrigin = "copied"): Promise<Receipt> {
  const { destination, emit, sourceProperties: source } = run;
  const now = await destination.getProperties();
  if (now === undefined) throw lost(run, "another client deleted the destination right after the copy was started");
  emit({ type: "copy-left-pending", destination: destination.url, copyId });
  return receiptOf({ destination, now, source, method, copyId, completedOn: undefined, origin });
}

/**
 * Whether the destination is still what the copy made of it. If the response said that the copy had
 * ended, it has the blob's ETag. After a pending copy that ETag is unknown, so the copy properties
 * and the metadata decide: a client that sets other metadata removes our mark, or adds to the
 * metadata that we sent.
 */
function isResultOf(run: MethodRun, { etag, copyId, status }: Started, copied: BlobProperties): boolean {
  if (copied.etag === etag) return true;
  if (status === "success" && etag !== "" && !isWeakEtag(copied.etag)) return false;
  const isSameCopy = isSameCopyId(copied.copy?.id, copyId) && copied.copy?.status === "success" && !isWrittenSinceCopied(copied);
  return isSameCopy && (!run.isMarked || hasOurMetadata(run, copied));
}

function hasOurMetadata({ owner, declaration, sourceProperties }: MethodRun, { metadata }: BlobProperties): boolean {
  const sent = declaration.metadata ?? takenMetadata(sourceProperties);
  return isUnfinishedBy(owner, metadata) && (sent === undefined || isSameMetadata(sent, withoutMarks(metadata)));
}

function lost({ destination }: MethodRun, why: string): CopyLost {
  return CopyLost.because(`The copy to ${destination.url} is gone`, why);
}
