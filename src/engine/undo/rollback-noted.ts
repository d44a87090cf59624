import type { Journal, JournalEntry } from "../ports/journal";
import { rollback, type RollbackRequest } from "./rollback";
import { isLeftToNextRun, type RollbackResult } from "./rollback-result";

/** Rolls back what the note of a run tells that was lost. The note stays where the next run needs it, or a later one has to know whose the blob is. */
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
