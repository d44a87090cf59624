import type { BlobContainers } from "../../engine/ports/blob-container";
import type { BlobStore } from "../../engine/ports/blob-store";
import type { Clock } from "../../engine/ports/clock";
import type { EventSink } from "../../engine/ports/events";
import { type LifetimeLimits, ROLLBACK_LIMIT_MILLISECONDS } from "../../process/guardian/lifetime";
import type { Print } from "../../report/live/reporter";
import type { GuardianLock } from "../../state/guardian-lock";
import type { StateDirectory } from "../../state/state-directory";
import type { LogFormat } from "../../util/log-format";

export interface TaskContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly state: StateDirectory;
  readonly lock: GuardianLock;
  readonly signal: AbortSignal;
  readonly emit: EventSink;
  readonly print: Print;
  /** Resolves when what was printed is taken: what nobody takes is dropped once there is too much of it. */
  readonly printed: () => Promise<unknown>;
  readonly logFormat: LogFormat;
  readonly receiptId: string | undefined;
  readonly deployment: string | undefined;
  readonly declaredFile: string | undefined;
  /** The launcher's: files that an intent names are relative to it. */
  readonly workingDirectory: string;
}

/** The one thing that a guardian was started for. */
export interface GuardianTask {
  /** About these, without any query, a last word is left when nobody listens; none for what is not a deploy. */
  readonly undeliveredAbout: readonly string[];
  readonly limits: LifetimeLimits;
  run(): Promise<void>;
  /**
   * Called when the task is done and somebody has heard of it. Otherwise its receipt stays unsettled: the
   * next deploy would find nothing to do, and would not run the program, which tells what nobody has heard.
   */
  heard?(): void;
  /** Of a recovery, once it is done: the run that was lost had come to its end. */
  wasCommitted?(): boolean;
}

/** For what can leave something to roll back. */
export function limitsWithRollback(runMilliseconds: number): LifetimeLimits {
  return { runMilliseconds, rollbackMilliseconds: ROLLBACK_LIMIT_MILLISECONDS };
}

/** For what has nothing to roll back: it ends when it is cancelled. */
export function limitsWithoutRollback(runMilliseconds: number): LifetimeLimits {
  return { runMilliseconds, rollbackMilliseconds: 0 };
}
