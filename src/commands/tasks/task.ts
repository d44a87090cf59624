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
  /**
   * Resolves when the launcher has taken the printed text. Text that it does not take is dropped
   * once there is too much of it.
   */
  readonly printed: () => Promise<unknown>;
  readonly logFormat: LogFormat;
  readonly receiptId: string | undefined;
  readonly deployment: string | undefined;
  readonly declaredFile: string | undefined;
  /** The launcher's working directory. Files that an intent names are relative to it. */
  readonly workingDirectory: string;
}

/** The task for which a guardian was started. */
export interface GuardianTask {
  /**
   * Destinations, without any query, about which a message is kept if it cannot be delivered; empty
   * unless the task is part of a deploy.
   */
  readonly undeliveredAbout: readonly string[];
  readonly limits: LifetimeLimits;
  run(): Promise<void>;
  /**
   * Called when the task is done and its launcher has received the outcome. Otherwise the receipt
   * stays unsettled. If it were settled, the next deploy would find nothing to do, and would not
   * run the program, which prints undelivered messages.
   */
  heard?(): void;
  /** For a recovery that is done: whether the lost run had finished. */
  wasCommitted?(): boolean;
}

/** For tasks that can leave something to roll back. */
export function limitsWithRollback(runMilliseconds: number): LifetimeLimits {
  return { runMilliseconds, rollbackMilliseconds: ROLLBACK_LIMIT_MILLISECONDS };
}

/** For tasks with nothing to roll back: they end as soon as they are cancelled. */
export function limitsWithoutRollback(runMilliseconds: number): LifetimeLimits {
  return { runMilliseconds, rollbackMilliseconds: 0 };
}
