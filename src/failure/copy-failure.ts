import { ExitCode } from "./exit-code";
import { withoutFullStop } from "./sentences";
import type { Side } from "./service-error";

export interface CopyFailureDetails {
  readonly exitCode: ExitCode;
  /** What failed, in one sentence without a full stop. */
  readonly what: string;
  readonly side?: Side;
  /** The service's code and reason, or ours. */
  readonly why: string;
  /** What the user can do about it. Kept without a full stop: whoever prints it ends it. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** A copy that cannot be done: what, which side, why, what to do, and the exit code that says so to a machine. */
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

/** The copy no longer exists: somebody wrote the destination, deleted it, or aborted the copy. */
export class CopyLost extends CopyFailure {
  static because(what: string, why: string, remedy = "find out who else writes this blob, then deploy again"): CopyLost {
    return new CopyLost({ exitCode: ExitCode.COPY_FAILED, what, side: "destination", why, remedy });
  }
}
