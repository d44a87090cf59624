import { CopyFailure } from "./copy-failure";
import { UnusableName } from "./bad-intent";
import { ExitCode } from "./exit-code";
import { type CopiedPair, isOfOperation, refusalOf } from "./refusals";
import { ServiceError } from "./service-error";

const OTHER_STATE: readonly string[] = ["TargetConditionNotMet", "ConditionNotMet", "AppendPositionConditionNotMet"];
const DESTINATION_CHANGED: readonly string[] = ["TargetConditionNotMet", "ConditionNotMet", "BlobAlreadyExists", "PendingCopyOperation"];

const OF_ANOTHER_KEY: readonly string[] = ["BlobUsesCustomerSpecifiedEncryption", "BlobCustomerSpecifiedEncryptionMismatch"];

/** Refusals of one blob, whatever their status. */
const OF_ONE_BLOB: readonly string[] = ["UnauthorizedBlobOverwrite", "BlobImmutableDueToPolicy", "BlobImmutableDueToLegalHold"];
const OF_ALL_BLOBS: readonly string[] = [
  "ContainerNotFound",
  "ContainerBeingDeleted",
  "ContainerDisabled",
  "AccountIsDisabled",
  "ResourceNotFound",
  "InvalidResourceName",
];

/** The container or share exists, and the blob or file does not. */
export function isAbsent(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 404 && error.code !== "ContainerNotFound" && error.code !== "ShareNotFound";
}

/** What the service answers whoever gave no credential, where the container is a private one. */
export function isPerhapsPrivate({ code, evidence }: ServiceError): boolean {
  return code === "ResourceNotFound" && evidence?.access.kind === "anonymous";
}

/** 404 of any kind: nothing is left to delete. */
export function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 404;
}

/** 404 of the container or share itself, also where it is the cause of what is told: all that was in it is gone. */
export function isContainerGone(error: unknown): boolean {
  if (error instanceof CopyFailure) return isContainerGone(error.cause);
  return isGone(error) && !isAbsent(error);
}

/** 401 or 403. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ServiceError && (error.status === 401 || error.status === 403);
}

/** The server has it elsewhere; the service does not follow. */
export function isRedirection({ status }: Pick<ServiceError, "status">): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

/** A condition was not met, or the blob is in a state that does not allow the request. */
export function isConflict(error: unknown): error is ServiceError {
  return error instanceof ServiceError && (error.status === 409 || error.status === 412);
}

/** Somebody else's lease keeps the request out. */
export function isHeldByLease(error: ServiceError): boolean {
  return error.code === "LeaseIdMissing";
}

/** The request may have taken effect although its answer was lost. */
export function isUnsure(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.outcomeUnknown;
}

/** Where no code came, it was not the service that answered. */
const UNKNOWN_OPERATION: readonly (string | number)[] = [
  ...[405, 501, "HTTP 400", "HTTP 404", "EBADMSG"],
  ...["ResourceNotFound", "UnsupportedQueryParameter", "UnsupportedHttpVerb", "InvalidHttpVerb"],
];

/** An emulator, or whatever else stands in for the service, does not know this operation. All other 400s are about what was said with it. */
export function isUnknownOperation(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  return isOfOperation(error) || UNKNOWN_OPERATION.includes(error.status) || UNKNOWN_OPERATION.includes(error.code);
}

/** The destination is no longer what was looked at: our own guard did not hold. */
export function changedMeanwhile(error: unknown): boolean {
  return error instanceof ServiceError && DESTINATION_CHANGED.includes(error.code);
}

/** A clear refusal of what was tied to a state of the destination: it is in another one. */
export function isOtherState(error: unknown): boolean {
  return error instanceof ServiceError && !error.outcomeUnknown && OTHER_STATE.includes(error.code);
}

/** A condition on the source was not met. Methods differ in how they say so: some repeat the source's own 304 or 412. */
export function sourceChanged(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { code, status, copySourceStatus = status } = error;
  return code === "SourceConditionNotMet" || (code === "CannotVerifyCopySource" && (copySourceStatus === 412 || copySourceStatus === 304));
}

/** The destination's answer is about the source, which the service could not read as asked. */
export function isAboutSource(error: ServiceError): boolean {
  if (error.code === "CannotVerifyCopySource" || error.copySourceStatus !== undefined || sourceChanged(error)) return true;
  // Within an account the service passes on that the source is missing: Copy Blob needs no destination.
  return error.operation === "Copy Blob" && error.code === "BlobNotFound";
}

/** Append Block: the blob does not end where the block was to begin. */
export function isAppendedElsewhere(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "AppendPositionConditionNotMet";
}

/** Delete Blob on a blob that has snapshots. */
export function hasSnapshots(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "SnapshotsPresent";
}

/** Another blob type is there, which no method turns into the source's. */
export function isOfAnotherType(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "InvalidBlobType";
}

/** Uncommitted blocks on the name keep ours from being put beside them. */
export function blocksAreInTheWay(error: unknown): boolean {
  return error instanceof ServiceError && (error.code === "InvalidBlobOrBlock" || error.code === "BlockCountExceedsLimit");
}

/** The blob is encrypted with a key that comes with each request, and not with the one that came. */
export function needsAnotherKey(error: unknown): boolean {
  return error instanceof ServiceError && OF_ANOTHER_KEY.includes(error.code);
}

/** A key came with the request, and the blob is encrypted with none. */
export function lacksAnyKey(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "BlobDoesNotUseCustomerSpecifiedEncryption";
}

/** Why the service does not take this method for these two blobs; undefined when the answer is not about the method. */
export function methodRefused(error: ServiceError, pair: CopiedPair): string | undefined {
  if (error.outcomeUnknown || sourceChanged(error)) return undefined;
  const refusal = refusalOf(error, pair);
  return refusal && `${error.status} ${error.code}: ${refusal.because}`;
}

/** Every other blob of a set would meet the same, and no retry cures it. */
export function concernsAllBlobs(failure: CopyFailure): boolean {
  if (failure instanceof UnusableName) return false;
  const { exitCode, cause } = failure;
  if (exitCode === ExitCode.BAD_INTENT) return true;
  if (!(cause instanceof ServiceError)) return exitCode === ExitCode.NOT_AUTHORISED;
  if (OF_ONE_BLOB.includes(cause.code)) return false;
  return exitCode === ExitCode.NOT_AUTHORISED || OF_ALL_BLOBS.includes(cause.copySourceCode ?? cause.code);
}
