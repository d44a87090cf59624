import { ExitCode } from "./exit-code";
import { CopyFailure } from "./copy-failure";

/** Raised when the copy no longer exists: somebody wrote the destination, deleted it, or aborted the copy. */
export class CopyLost extends CopyFailure {
  static because(what: string, why: string, remedy = "find out who else writes this blob, then deploy again"): CopyLost {
    return new CopyLost({ exitCode: ExitCode.COPY_FAILED, what, side: "destination", why, remedy });
  }
}
