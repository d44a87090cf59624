import type { CopyEvent } from "../../engine/ports/events";
import { ExitCode } from "../../failure/exit-code";
import { ended } from "../../failure/sentences";

const MEANINGS: Readonly<Record<number, string>> = {
  [ExitCode.COPY_FAILED]: "copy failed",
  [ExitCode.BAD_INTENT]: "wrong intent or usage",
  [ExitCode.NOT_AUTHORISED]: "not authorised",
  [ExitCode.SOURCE_NOT_FOUND]: "source not found",
  [ExitCode.TIMED_OUT]: "timed out",
  [ExitCode.INTERRUPTED]: "interrupted",
  [ExitCode.TERMINATED]: "terminated",
};

/**
 * The last lines of a failure: what, which side, why, what to do. They are printed last because
 * Terraform repeats the end of the output in its error, and a user reads that first.
 */
export function failureText(failure: Extract<CopyEvent, { type: "run-failed" }>): string[] {
  const side = failure.side === undefined ? "" : ` [${failure.side}]`;
  const meaning = MEANINGS[failure.exitCode];
  return [
    `Error${side}: ${failure.what}`,
    `  Why: ${ended(failure.why)}`,
    `  What to do: ${ended(failure.remedy)}`,
    `  Exit code ${failure.exitCode}${meaning === undefined ? "" : ` (${meaning})`}`,
  ];
}
