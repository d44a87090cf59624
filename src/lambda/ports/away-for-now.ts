import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";

/** A service of AWS is throttled or out of order. The next invocation repeats the request. */
export class AwayForNow extends CopyFailure {
  constructor(what: string, cause: unknown) {
    super({
      exitCode: ExitCode.COPY_FAILED,
      what,
      why: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause),
      remedy: "AWS did not answer for as long as CloudFormation waits: deploy again",
      cause,
    });
  }
}
