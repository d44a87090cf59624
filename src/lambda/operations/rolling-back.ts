import { rollback } from "../../engine/undo/rollback";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { JournalEntry } from "../../engine/ports/journal";
import type { Made } from "../ports/record";
import { type Invocation, journalOf } from "./invocation";

/**
 * Abort, and put back what the destination was, by the journal.
 *
 * @returns the ETag of what was put back; undefined where nothing had to be
 * @throws CopyFailure when it could not be put back
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
 * Takes back what the last run of the stack did to the destination, if it did anything: the record knows again what was made before.
 *
 * @throws CopyFailure when it could not be put back
 */
export async function rollBack(invocation: Invocation, why: string): Promise<void> {
  const { record, save } = invocation;
  const { undoable } = record();
  if (undoable === undefined) return;
  const etag = await putBack(invocation, undoable.entry, why);
  const { current, previous } = record();
  const made = current?.requestId === undoable.requestId ? previous : current;
  // What was pending was given up for what is taken back now.
  const before = made?.receipt.copyStatus === "pending" ? undefined : made;
  // What was put back has another ETag than what was copied, and is ours all the same.
  const isOurs = before !== undefined && before.receipt.etag === undoable.entry.before.etag;
  await save({ current: isOurs && etag !== undefined ? withEtag(before, etag) : before, previous: undefined });
}

export function withEtag(made: Made, etag: string): Made {
  const { receipt, note } = made;
  return { ...made, receipt: { ...receipt, etag }, note: note && { ...note, etag } };
}

/** Nothing will be undone any more: the restore point goes. */
export async function keepForGood(invocation: Invocation, entry: JournalEntry): Promise<void> {
  await putBack(invocation, { ...entry, settled: true }, "");
}
