import type { SetIntent } from "../../intent";
import { recoverFromLog, type RecoverLogContext } from "./atomic/recover-log";
import { recoverFromJournal, type RecoverJournalContext } from "./work/recover-journal";

export type RecoverSetContext = RecoverLogContext & RecoverJournalContext;

/**
 * Rolls back what the notes on this machine say this set has under way, for a guardian that was killed. Of an atomic set that is
 * all of it; otherwise blobs that are complete stay.
 */
export async function recoverSet(intent: SetIntent, context: RecoverSetContext): Promise<void> {
  const { isCommitted } = await recoverFromLog(intent, context);
  await recoverFromJournal(intent, { ...context, isCommitted });
}
