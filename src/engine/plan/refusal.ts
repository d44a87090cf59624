import { CopyFailure } from "../../failure/copy-failure";
import { methodRefused } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";

/** The destination could not be put back after this method, so it was not begun. */
export class RestorePointImpossible extends CopyFailure {
  constructor(url: string, cause: CopyFailure) {
    super({
      exitCode: cause.exitCode,
      what: `${url} exists and could not be put back if the copy failed, so the copy was not started`,
      side: "destination",
      why: `no restore point can be taken: ${cause.why}`,
      remedy: `${cause.remedy}; or declare RollbackPolicy.ABORT_ONLY to go on without one`,
      cause,
    });
  }
}

/** Why auto may try the next method, with nothing written yet; undefined when the failure is not about the method. */
export function whyRefused(error: unknown, sameAccount: boolean): string | undefined {
  if (error instanceof RestorePointImpossible) return "no restore point can be taken";
  return error instanceof ServiceError ? methodRefused(error, sameAccount) : undefined;
}
