import { CopyFailure } from "../../failure/copy-failure";
import { recoverCopies, type RunContext } from "../../engine/copies/run";
import type { CopyIntent } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import type { GuardianLock } from "../../state/guardian-lock";
import { takeOverReceipt } from "../../state/receipt-file";
import type { StateDirectory } from "../../state/state-directory";
import { NEVER_ABORTED } from "../../util/abort/never-aborted";

export interface RecoverRequest {
  readonly intent: CopyIntent;
  readonly context: Omit<RunContext, "commit" | "signal">;
  readonly state: StateDirectory;
  readonly lock: GuardianLock;
  /** URLs of the intent's destinations, without any query. */
  readonly destinations: readonly string[];
  /**
   * Whether the lost run had finished, so that its results are safe. Called once this run has the
   * lock.
   */
  readonly isCommitted: () => boolean;
}

/** Surroundings of a recovery, of single copies or of a set. */
export interface RecoverSurroundings {
  readonly state: StateDirectory;
  readonly lock: GuardianLock;
  readonly clock: RunContext["clock"];
  readonly emit: RunContext["emit"];
  readonly destinations: readonly string[];
}

export async function recoverRun({ intent, context, isCommitted, ...surroundings }: RecoverRequest): Promise<void> {
  await recoverWith({ ...surroundings, clock: context.clock, emit: context.emit }, (emit) =>
    recoverCopies(intent, { ...context, emit, isCommitted: isCommitted() }),
  );
}

/**
 * Reads whether the lost run was committed. `receiptId` is absent in a run by hand, which leaves no
 * receipt. Reads only once, since reading removes a reservation.
 */
export function lostRun(state: StateDirectory, receiptId: string | undefined): { readonly wasCommitted: () => boolean } {
  let found: boolean | undefined;
  return { wasCommitted: () => (found ??= takeOverReceipt(state, receiptId) !== "none") };
}

/**
 * The work of a replacement: rolls back according to the journal of the lost guardian. It is a
 * rollback itself, so it cannot be cancelled.
 *
 * @throws CopyFailure when a destination could not be restored
 */
export async function recoverWith(
  { state, lock, clock, emit, destinations }: RecoverSurroundings,
  recover: (emit: RunContext["emit"]) => Promise<void>,
): Promise<void> {
  const incomplete: string[] = [];
  state.create();
  await lock.take({ destinations, clock, signal: NEVER_ABORTED, onWait: (text) => emit({ type: "warning", text }) });
  await recover((event) => {
    if (event.type === "rollback-finished" && event.outcome === "incomplete") incomplete.push(event.destination);
    emit(event);
  });
  if (incomplete.length > 0) {
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "The rollback is not complete",
      why: `the service did not let this be put back: ${incomplete.join(", ")}`,
      remedy: "deploy again: the next run starts with the rest of the rollback",
    });
  }
}
