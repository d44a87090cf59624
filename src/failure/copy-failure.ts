import { ExitCode } from "./exit-code";
import { withoutFullStop } from "./sentences";
import type { Side } from "./service-error";

export interface CopyFailureDetails {
  readonly exitCode: ExitCode;
  /** The failed step, in one sentence without a full stop. */
  readonly what: string;
  readonly side?: Side;
  /** The service's code and reason, or this program's. */
  readonly why: string;
  /** Action for the user. Kept without a full stop, which is added when it is printed. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/**
 * A copy that cannot be made: the failed step, the side, the reason, the remedy, and the exit code
 * for machines.
 */
export class CopyFailure extends Error implements CopyFailureDetails {
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly side: Side | undefined;
  readonly why: string;
  readonly remedy: string;

  constructor(details: CopyFailureDetails) {
    super(`${details.what}: ${details.why}`, { cause: details.cause });
    this.name = "CopyFailure";
    this.exitCode = details.exitCode;
    this.what = details.what;
    this.side = details.side;
    this.why = details.why;
    this.remedy = withoutFullStop(details.remedy);
  }
}

/**
 * The copy no longer exists: another client wrote the destination, deleted it, or aborted the copy.
 */
export class CopyLost extends CopyFailure {
  static because(what: string, why: string, remedy = "find out who else writes this blob, then deploy again"): CopyLost {
    return new CopyLost({ exitCode: ExitCode.COPY_FAILED, what, side: "destination", why, remedy });
  }
}
