import { CopyFailure } from "./copy-failure";
import { UnusableName } from "./bad-intent";
import { ExitCode } from "./exit-code";
import { type CopiedPair, isOfOperation, refusalOf } from "./refusals";
import { ServiceError } from "./service-error";

const OTHER_STATE: readonly string[] = ["TargetConditionNotMet", "ConditionNotMet", "AppendPositionConditionNotMet"];
const DESTINATION_CHANGED: readonly string[] = ["TargetConditionNotMet", "ConditionNotMet", "BlobAlreadyExists", "PendingCopyOperation"];

const OF_ANOTHER_KEY: readonly string[] = ["BlobUsesCustomerSpecifiedEncryption", "BlobCustomerSpecifiedEncryptionMismatch"];

/** Refusals that concern one blob, whatever their status. */
const OF_ONE_BLOB: readonly string[] = ["UnauthorizedBlobOverwrite", "BlobImmutableDueToPolicy", "BlobImmutableDueToLegalHold"];
const OF_ALL_BLOBS: readonly string[] = [
  "ContainerNotFound",
  "ContainerBeingDeleted",
  "ContainerDisabled",
  "AccountIsDisabled",
  "ResourceNotFound",
  "InvalidResourceName",
];

/** The container or share exists, but the blob or file does not. */
export function isAbsent(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 404 && error.code !== "ContainerNotFound" && error.code !== "ShareNotFound";
}

/** The service's response to an anonymous request if the container is private. */
export function isPerhapsPrivate({ code, evidence }: ServiceError): boolean {
  return code === "ResourceNotFound" && evidence?.access.kind === "anonymous";
}

/** 404 of any kind: nothing is left to delete. */
export function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 404;
}

/**
 * 404 of the container or share itself, also as the cause of a reported failure: everything in it
 * is gone.
 */
export function isContainerGone(error: unknown): boolean {
  if (error instanceof CopyFailure) return isContainerGone(error.cause);
  return isGone(error) && !isAbsent(error);
}

/** 401 or 403. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ServiceError && (error.status === 401 || error.status === 403);
}

/** The object is elsewhere; the service does not follow a redirection. */
export function isRedirection({ status }: Pick<ServiceError, "status">): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

/** A condition was not met, or the blob is in a state that does not allow the request. */
export function isConflict(error: unknown): error is ServiceError {
  return error instanceof ServiceError && (error.status === 409 || error.status === 412);
}

/** Another client's lease blocks the request. */
export function isHeldByLease(error: ServiceError): boolean {
  return error.code === "LeaseIdMissing";
}

/** The request may have taken effect although its response was lost. */
export function isUnsure(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.outcomeUnknown;
}

/** A response without a code is not from the service. */
const UNKNOWN_OPERATION: readonly (string | number)[] = [
  ...[405, 501, "HTTP 400", "HTTP 404", "EBADMSG"],
  ...["ResourceNotFound", "UnsupportedQueryParameter", "UnsupportedHttpVerb", "InvalidHttpVerb"],
];

/**
 * The server, such as an emulator, does not know this operation. All other 400s are about the
 * content of the request.
 */
export function isUnknownOperation(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  return isOfOperation(error) || UNKNOWN_OPERATION.includes(error.status) || UNKNOWN_OPERATION.includes(error.code);
}

/**
 * The destination is no longer in the state that was inspected, so a condition of this program was
 * not met.
 */
export function changedMeanwhile(error: unknown): boolean {
  return error instanceof ServiceError && DESTINATION_CHANGED.includes(error.code);
}

/**
 * A clear refusal of a request that was tied to one state of the destination: it is in another one.
 */
export function isOtherState(error: unknown): boolean {
  return error instanceof ServiceError && !error.outcomeUnknown && OTHER_STATE.includes(error.code);
}

/**
 * A condition on the source was not met. Some methods repeat the source's own 304 or 412 instead of
 * the code.
 */
export function sourceChanged(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { code, status, copySourceStatus = status } = error;
  return code === "SourceConditionNotMet" || (code === "CannotVerifyCopySource" && (copySourceStatus === 412 || copySourceStatus === 304));
}

/**
 * The destination's response is about the source, which the service could not read as requested.
 */
export function isAboutSource(error: ServiceError): boolean {
  if (error.code === "CannotVerifyCopySource" || error.copySourceStatus !== undefined || sourceChanged(error)) return true;
  // Within an account, the service passes on that the source is missing: Copy Blob does not need an
  // existing destination.
  return error.operation === "Copy Blob" && error.code === "BlobNotFound";
}

/** Append Block: the blob does not end at the position where the block was to begin. */
export function isAppendedElsewhere(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "AppendPositionConditionNotMet";
}

/** Delete Blob was refused because the blob has snapshots. */
export function hasSnapshots(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "SnapshotsPresent";
}

/** The existing blob has another blob type, which no method can change. */
export function isOfAnotherType(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "InvalidBlobType";
}

/** Uncommitted blocks on the name keep this copy from adding its own. */
export function blocksAreInTheWay(error: unknown): boolean {
  return error instanceof ServiceError && (error.code === "InvalidBlobOrBlock" || error.code === "BlockCountExceedsLimit");
}

/** The blob is encrypted with a customer-provided key, and the request had another key or none. */
export function needsAnotherKey(error: unknown): boolean {
  return error instanceof ServiceError && OF_ANOTHER_KEY.includes(error.code);
}

/** The request had a key, but the blob is not encrypted with one. */
export function lacksAnyKey(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "BlobDoesNotUseCustomerSpecifiedEncryption";
}

/**
 * The reason why the service refuses this method for these two blobs; undefined if the response is
 * not about the method.
 */
export function methodRefused(error: ServiceError, pair: CopiedPair): string | undefined {
  if (error.outcomeUnknown || sourceChanged(error)) return undefined;
  const refusal = refusalOf(error, pair);
  return refusal && `${error.status} ${error.code}: ${refusal.because}`;
}

/** Every other blob of a set would fail in the same way, and a retry would not help. */
export function concernsAllBlobs(failure: CopyFailure): boolean {
  if (failure instanceof UnusableName) return false;
  const { exitCode, cause } = failure;
  if (exitCode === ExitCode.BAD_INTENT) return true;
  if (!(cause instanceof ServiceError)) return exitCode === ExitCode.NOT_AUTHORISED;
  if (OF_ONE_BLOB.includes(cause.code)) return false;
  return exitCode === ExitCode.NOT_AUTHORISED || OF_ALL_BLOBS.includes(cause.copySourceCode ?? cause.code);
}
