import { CopyFailure } from "../engine/copy-failure";
import { recoverCopies, type RunContext } from "../engine/run-copies";
import type { CopyIntent } from "../intent";
import type { CopyEvent } from "../report/events";
import { ExitCode } from "./exit-code";
import type { GuardianClaim } from "./guardian-claim";
import type { StateDirectory } from "./state-directory";

export interface RecoverRequest {
  readonly intent: CopyIntent;
  readonly context: Omit<RunContext, "commit" | "cancel">;
  readonly state: StateDirectory;
  readonly claim: GuardianClaim;
  /** URLs of the intent's destinations without any query. */
  readonly destinations: readonly string[];
}

/**
 * What a replacement does: rolls back from the journal of the guardian that was lost. Being a rollback itself, it is not to
 * be cancelled.
 *
 * @throws CopyFailure when a destination could not be put back
 */
export async function recoverRun({ intent, context, state, claim, destinations }: RecoverRequest): Promise<void> {
  const incomplete: string[] = [];
  const emit = (event: CopyEvent) => {
    if (event.type === "rollback-finished" && event.outcome === "incomplete") incomplete.push(event.destination);
    context.emit(event);
  };
  state.create();
  const neverCancelled = new AbortController().signal;
  await claim.take({ destinations, clock: context.clock, cancel: neverCancelled, onWait: (text) => emit({ type: "warning", text }) });
  await recoverCopies(intent, { ...context, emit });
  if (incomplete.length > 0) {
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "The rollback is not complete",
      why: `the service did not let this be put back: ${incomplete.join(", ")}`,
      remedy: "deploy again: the next run starts with what is left to roll back",
    });
  }
}
