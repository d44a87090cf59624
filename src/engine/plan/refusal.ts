import { CopyFailure } from "../../failure/copy-failure";
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

/** Answers that mean: the service does not offer this method for these two blobs. */
const REFUSALS: readonly string[] = [
  "FeatureVersionMismatch",
  "UnsupportedHeader",
  "UnsupportedQueryParameter",
  "OperationNotSupported",
  "BlobUsesCustomerSpecifiedEncryption",
];

/** Why auto may try the next method, with nothing written yet; undefined when the failure is not about the method. */
export function whyRefused(error: unknown, sameAccount: boolean): string | undefined {
  if (error instanceof RestorePointImpossible) return "no restore point can be taken";
  if (!(error instanceof ServiceError) || error.outcomeUnknown) return undefined;
  // Within an account Copy Blob reads the source with the destination's own credential, which the others cannot.
  const cannotRead = error.code === "CannotVerifyCopySource" && (error.status === 409 || sameAccount);
  return error.status === 501 || cannotRead || REFUSALS.includes(error.code) ? `${error.status} ${error.code}` : undefined;
}
