import { rollback } from "../../engine/undo/rollback";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { JournalEntry } from "../../engine/ports/journal";
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

/** Nothing will be undone any more: the restore point goes. */
export async function keepForGood(invocation: Invocation, entry: JournalEntry): Promise<void> {
  await putBack(invocation, { ...entry, settled: true }, "");
}
