import type { Journal, JournalEntry } from "../ports/journal";
import { rollback, type RollbackRequest } from "./rollback";
import { isLeftToNextRun, type RollbackResult } from "./rollback-result";

/**
 * Rolls back a copy of a lost run by that run's note. The note stays in the journal if the next run
 * needs it, or if a later run has to know that the blob belongs to another client.
 */
export async function rollbackNoted(request: Omit<RollbackRequest, "note" | "start">, journal: Journal): Promise<RollbackResult> {
  let noted = request.entry;
  const note = async (change: Partial<JournalEntry>): Promise<void> => {
    noted = { ...noted, ...change };
    await journal.write(noted);
  };
  const result = await rollback({ ...request, note });
  if (!isLeftToNextRun(result) && result.isLeftToThem !== true) await journal.remove(noted.destination);
  return result;
}
