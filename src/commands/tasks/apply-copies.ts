import { recoverCopies, type RunContext, runCopies } from "../../engine/copies/run";
import type { CopyIntent } from "../../intent";
import type { GuardianLock } from "../../state/guardian-lock";
import { UndeliveredMessages } from "../../state/undelivered-messages";
import { reserveReceipt } from "../../state/receipt-file";
import type { StateDirectory } from "../../state/state-directory";

export interface ApplyRequest {
  readonly intent: CopyIntent;
  readonly context: Omit<RunContext, "commit">;
  readonly state: StateDirectory;
  readonly lock: GuardianLock;
  /** URLs of the intent's destinations, without any query. */
  readonly destinations: readonly string[];
  /** Absent in a run by hand, which leaves no receipt. */
  readonly receiptId: string | undefined;
}

/**
 * `apply` around the engine. Everything that could fail on this machine is tried before a copy
 * starts, and the run counts as done when its receipt is on disk. If an earlier run was lost after
 * that point, its receipt stands, and this run only cleans up. If another run has finished in the
 * meantime, nothing is left to do.
 */
export async function applyRun({ intent, context, state, lock, destinations, receiptId }: ApplyRequest): Promise<void> {
  state.create();
  const receipt = reserveReceipt(state, receiptId, intent.copies.length);
  try {
    await lock.take({
      destinations,
      clock: context.clock,
      signal: context.signal,
      onWait: (text) => context.emit({ type: "warning", text }),
    });
    reportUndelivered(new UndeliveredMessages(state), destinations, context);
    const found = receipt.begin();
    if (found === "committed") await recoverCopies(intent, { ...context, isCommitted: true });
    else if (found === "none") await runCopies(intent, { ...context, commit: receipt.commit });
  } finally {
    receipt.release();
  }
}

/** Messages are shown once, by the next run that concerns the same destination. */
export function reportUndelivered(words: UndeliveredMessages, destinations: readonly string[], { emit }: Pick<RunContext, "emit">): void {
  for (const word of words.read(destinations)) emit({ type: "last-word", text: word.text, at: word.at });
  words.remove(destinations);
}
