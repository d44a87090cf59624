import type { SetIntent } from "../../intent";
import { recoverFromLog, type RecoverLogContext } from "./atomic/recover-log";
import { recoverFromJournal, type RecoverJournalContext } from "./work/recover-journal";

export type RecoverSetContext = RecoverLogContext & RecoverJournalContext;

/**
 * Rolls back the work of this set that the records on this machine show as unfinished, after its
 * guardian was killed. For an atomic set, that is everything. For other sets, complete blobs stay.
 */
export async function recoverSet(intent: SetIntent, context: RecoverSetContext): Promise<void> {
  const { isCommitted } = await recoverFromLog(intent, context);
  await recoverFromJournal(intent, { ...context, isCommitted });
}
