import type { Receipt } from "../../intent";
import type { CopyEvent, RollbackOutcome } from "../../engine/ports/events";
import { failureText } from "./failure-text";
import { methodName } from "../../util/method-name";
import { formatBlobs, setCompletionText, setFailuresText } from "../set-counts";
import { formatBytes, formatDuration, formatRate } from "../units";

/** The lines for a change of state; none for progress, which is printed at intervals of its own. */
export function eventText(event: CopyEvent): string[] {
  switch (event.type) {
    case "last-word":
      return [`From an earlier run, ${event.at}: ${event.text}`];
    case "warning":
      return [`Warning: ${event.text}`];
    case "identity-chosen":
      return [`Signing in as ${event.identity}`];
    case "method-chosen": {
      const size = event.bytesTotal === undefined ? "" : ` (${formatBytes(event.bytesTotal)})`;
      return [`Copying ${event.source} to ${event.destination}${size} by ${methodName(event.method)}: ${event.why}`];
    }
    case "method-refused":
      return [`${methodName(event.method)} was refused (${event.why}); trying ${methodName(event.next)}`];
    case "restore-point-taken":
      return [`Restore point taken: snapshot ${event.snapshot} of ${event.destination}`];
    case "restore-point-found":
      return [`Restore point of an earlier run found: snapshot ${event.snapshot} of ${event.destination}`];
    case "copy-started":
      return [`Copy started: ${event.status}, copy id ${event.copyId}`];
    case "copy-adopted":
      return [adoptionText(event)];
    case "copy-left-pending":
      return [`Left pending, as wait: false asks: copy id ${event.copyId} to ${event.destination}`];
    case "rehydrating":
      return rehydrationText(event);
    case "copy-progress":
      return [];
    case "copy-skipped":
      return [`Nothing to copy: ${event.why}: ${event.destination}${identity(event.receipt)}`];
    case "copy-completed":
      return [completion(event.receipt, event.elapsedMilliseconds)];
    case "rollback-started":
      return [`Rolling back ${event.destination}: ${event.why}`];
    case "copy-aborted":
      return [`Copy aborted: copy id ${event.copyId}`];
    case "rollback-finished":
      return [`Rolled back ${event.destination}: ${outcomeText(event.outcome, event.detail)}`];
    case "destination-deleted":
      return [`Deleted ${event.destination}`];
    case "destination-left":
      return [`Left alone ${event.destination}: ${event.why}`];
    case "set-progress":
      return [];
    case "set-rollback-started":
      return event.copied + event.staged > 0 ? [`Rolling back the set: ${event.why}`] : [];
    case "set-failures":
      return setFailuresText(event);
    case "set-completed":
      return [setCompletionText(event)];
    case "set-destroyed":
      return [
        `Deleted ${formatBlobs(event.deleted)} that the set had copied to ${event.destination}${event.gone > 0 ? `; ${event.gone} more had gone already` : ""}`,
      ];
    case "run-failed":
      return failureText(event);
  }
}

function adoptionText({ status, isAwaited, copyId }: Extract<CopyEvent, { readonly type: "copy-adopted" }>): string {
  if (status !== "pending") return `The copy of an earlier run was found: ${status}, copy id ${copyId}`;
  return `A pending copy of the same source was found${isAwaited ? " and is waited for" : ""}: copy id ${copyId}`;
}

/** The longest time that the service takes, by priority; High only for blobs below 10 GB. */
const REHYDRATES_WITHIN: Readonly<Record<string, string>> = { Standard: "up to 15 hours", High: "less than an hour for up to 10 GB" };

/** Only for the first event; afterwards the progress line shows it. */
function rehydrationText(event: Extract<CopyEvent, { readonly type: "rehydrating" }>): string[] {
  if (event.elapsedMilliseconds > 0) return [];
  const what = `${event.destination} is complete and being rehydrated (${event.archiveStatus}, priority ${event.priority}: ${REHYDRATES_WITHIN[event.priority] ?? ""})`;
  return [event.isAwaited ? `${what}; this run waits for it` : `${what}: it cannot be read before, and this run does not wait`];
}

/** The detail is complete. Only an outcome that the user must act on stands out. */
export function outcomeText(outcome: RollbackOutcome, detail: string): string {
  return outcome === "incomplete" ? `NOT PUT BACK: ${detail}` : detail;
}

function completion(receipt: Receipt, elapsedMilliseconds: number): string {
  const rate = elapsedMilliseconds >= 1000 ? `, ${formatRate((receipt.bytesCopied * 1000) / elapsedMilliseconds)}` : "";
  return `Copied ${formatBytes(receipt.bytesCopied)} in ${formatDuration(elapsedMilliseconds)}${rate}: ${receipt.destinationUrl}${identity(receipt)}`;
}

function identity(receipt: Receipt): string {
  const version = receipt.versionId === "" ? "" : `, version ${receipt.versionId}`;
  return `, etag ${receipt.etag}${version}`;
}
