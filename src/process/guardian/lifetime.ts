import { CopyFailure } from "../../failure/copy-failure";
import type { Cancellation } from "./cancellation";
import { timedOut, type Trouble } from "../../failure/timed-out";
import { ExitCode } from "../../failure/exit-code";

/**
 * Time for the rollback after a cancellation. Then the guardian ends, even if the rollback is not
 * complete.
 */
export const ROLLBACK_LIMIT_MILLISECONDS = 10 * 60_000;

export interface LifetimeLimits {
  /** The intent's own timeout. The engine keeps it; this limit is for the case that it does not. */
  readonly runMilliseconds: number;
  /** 0: there is nothing to roll back, so a cancellation ends the guardian. */
  readonly rollbackMilliseconds: number;
}

/**
 * Bounds a guardian's lifetime, so that it never outstays a CI job. `onOverrun` is called once,
 * when a rollback takes too long, or when the engine has not ended in time. If there was nothing to
 * roll back, `trouble` is asked then. Returns the function that lifts the bound.
 */
export function limitLifetime(
  cancellation: Cancellation,
  limits: LifetimeLimits,
  onOverrun: (failure: CopyFailure) => void,
  trouble: () => Trouble | undefined = () => undefined,
): () => void {
  let timer = startTimer(limits.runMilliseconds + limits.rollbackMilliseconds);
  const onCancel = () => {
    clearTimeout(timer);
    if (limits.rollbackMilliseconds === 0) onOverrun(cancellation.signal.reason as CopyFailure);
    else timer = startTimer(limits.rollbackMilliseconds);
  };
  if (cancellation.signal.aborted) onCancel();
  cancellation.signal.addEventListener("abort", onCancel, { once: true });

  function startTimer(milliseconds: number): NodeJS.Timeout {
    // setTimeout fires at once for more than 2^31-1 ms, which is 24 days.
    return setTimeout(
      () => onOverrun(limits.rollbackMilliseconds === 0 ? timedOut("run", limits.runMilliseconds, trouble()) : overrun(cancellation)),
      Math.min(milliseconds, 2 ** 31 - 1),
    );
  }
  return () => {
    clearTimeout(timer);
    cancellation.signal.removeEventListener("abort", onCancel);
  };
}

function overrun(cancellation: Cancellation): CopyFailure {
  const reason: unknown = cancellation.signal.reason;
  return new CopyFailure({
    exitCode: reason instanceof CopyFailure ? reason.exitCode : ExitCode.TIMED_OUT,
    what: "The rollback did not finish in time",
    why:
      reason instanceof CopyFailure
        ? `the run was cancelled because ${reason.why}, and the service did not let it be undone in time`
        : "the run and its rollback took longer than its timeout allows",
    remedy: "deploy again: the next run starts with the rest of the rollback; blob-copy status shows it",
  });
}
