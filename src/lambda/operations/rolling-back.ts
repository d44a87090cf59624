import { rollback } from "../../engine/undo/rollback";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { JournalEntry } from "../../engine/ports/journal";
import type { Made } from "../ports/record";
import { type Invocation, journalOf } from "./invocation";

/**
 * Aborts, and restores the destination according to the journal.
 *
 * @returns the ETag of the restored destination; undefined where nothing had to be restored
 * @throws CopyFailure if the restore fails
 */
export async function putBack(invocation: Invocation, entry: JournalEntry, why: string): Promise<string | undefined> {
  const { copy, emit, surroundings } = invocation;
  const destination = invocation.store.destination(copy.destination, { leaseId: copy.destinationLeaseId });
  const journal = journalOf(invocation);
  let noted = entry;
  const note = async (change: Partial<JournalEntry>) => {
    noted = { ...noted, ...change };
    await journal.write(noted);
  };
  const { outcome, detail } = await rollback({ entry, destination, clock: surroundings.clock, emit, why, note });
  if (outcome === "incomplete") {
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: `${destination.url} could not be put back`,
      side: "destination",
      why: detail,
      remedy: "let CloudFormation try again: continue the rollback, or delete the stack again",
    });
  }
  const now = outcome === "restored" ? await destination.getProperties() : undefined;
  await journal.remove(destination.url);
  return now?.etag;
}

/**
 * Undoes the changes of the stack's last run to the destination, if there were any. The record then
 * has the copy that was made before.
 *
 * @throws CopyFailure if the restore fails
 */
export async function rollBack(invocation: Invocation, why: string): Promise<void> {
  const { record, save } = invocation;
  const { undoable } = record();
  if (undoable === undefined) return;
  const etag = await putBack(invocation, undoable.entry, why);
  const { current, previous } = record();
  const made = current?.requestId === undoable.requestId ? previous : current;
  // A pending copy was given up for the copy that is undone now.
  const before = made?.receipt.copyStatus === "pending" ? undefined : made;
  // A restored blob has another ETag than the copied one, and still belongs to this resource.
  const isOurs = before !== undefined && before.receipt.etag === undoable.entry.before.etag;
  await save({ current: isOurs && etag !== undefined ? withEtag(before, etag) : before, previous: undefined });
}

export function withEtag(made: Made, etag: string): Made {
  const { receipt, note } = made;
  return { ...made, receipt: { ...receipt, etag }, note: note && { ...note, etag } };
}

/** Nothing will be undone any more: the restore point is deleted. */
export async function keepForGood(invocation: Invocation, entry: JournalEntry): Promise<void> {
  await putBack(invocation, { ...entry, settled: true }, "");
}
