import { ExitCode } from "../../../failure/exit-code";
import type { CopyFailure } from "../../../failure/copy-failure";
import { ServiceError } from "../../../failure/service-error";

/** Refusals of one blob, whatever their status. */
const OF_ONE_BLOB = ["UnauthorizedBlobOverwrite", "BlobImmutableDueToPolicy", "BlobImmutableDueToLegalHold"];
const OF_ALL_BLOBS = [
  "ContainerNotFound",
  "ContainerBeingDeleted",
  "ContainerDisabled",
  "AccountIsDisabled",
  "ResourceNotFound",
  "InvalidResourceName",
];

/** What no retry cures and what every other blob of the set would meet too: going on would only make it happen again. */
export function concernsAllBlobs({ exitCode, cause }: CopyFailure): boolean {
  if (exitCode === ExitCode.BAD_INTENT) return true;
  if (!(cause instanceof ServiceError)) return exitCode === ExitCode.NOT_AUTHORISED;
  if (OF_ONE_BLOB.includes(cause.code)) return false;
  return exitCode === ExitCode.NOT_AUTHORISED || OF_ALL_BLOBS.includes(cause.copySourceCode ?? cause.code);
}
