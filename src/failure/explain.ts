import { ExitCode } from "./exit-code";
import { CopyFailure } from "./copy-failure";
import type { Side } from "./service-error";
import { ServiceError } from "./service-error";

/** What the service's error codes mean for a copy, and what the user can do. */
const REMEDIES: Readonly<Record<string, string>> = {
  AuthenticationFailed: "check the key or SAS in the environment, that it belongs to this account, and this machine's clock",
  AuthorizationFailure:
    "allow this machine (and the service, for the source) through the account's firewall, and check the destination account's permitted copy scope",
  AuthorizationPermissionMismatch:
    "grant the identity Storage Blob Data Contributor (Owner for tags), or the SAS the permissions r, c, w, d, t; a new role assignment takes minutes to reach the service",
  AuthorizationProtocolMismatch: "the SAS allows https only: use an https URL",
  AuthorizationResourceTypeMismatch: "the SAS does not cover this kind of resource: issue it for containers and objects",
  AuthorizationSourceIPMismatch: "the SAS is limited to other IP addresses",
  UnauthorizedBlobOverwrite: "the SAS may create but not overwrite: add the permission w, or use another blob name",
  NoAuthenticationInformation: "give this side a credential",
  InvalidAuthenticationInfo: "check the credential; a token must be issued for https://storage.azure.com/",
  PublicAccessNotPermitted: "the account forbids anonymous access: give this side a credential",
  AccountIsDisabled: "enable the storage account",
  ContainerNotFound: "create the container first, or let the copy depend on it; without list permission a missing right can look the same",
  BlobNotFound: "check the blob's name; without list permission a missing right can look the same",
  ResourceNotFound: "check the name; without list permission a missing right can look the same",
  ContainerBeingDeleted: "the container of this name is still being deleted: deploy again in a minute",
  PendingCopyOperation: "another copy to this blob is pending: wait for it, or abort it with its copy id",
  InvalidBlobType: "the destination exists with another blob type: delete it, or use another blob name",
  BlobAlreadyExists: "the destination exists and the overwrite policy is NEVER: delete it, or choose another policy",
  TargetConditionNotMet: "the destination does not meet the declared condition, or somebody changed it meanwhile: deploy again",
  SourceConditionNotMet: "the source does not meet the declared condition, or changed meanwhile: deploy again, or copy from a snapshot",
  ConditionNotMet: "a condition on source or destination is not met: somebody changed the blob meanwhile, deploy again",
  LeaseIdMissing: "the blob is leased: give destinationLeaseId, or let its holder release it",
  LeaseIdMismatchWithBlobOperation: "destinationLeaseId is not the lease that holds the blob",
  LeaseNotPresentWithBlobOperation: "the destination is not leased: leave destinationLeaseId out",
  LeaseAlreadyPresent: "somebody else holds a lease on the source: use SourceGuard.ETAG, or let them release it",
  InfiniteLeaseDurationRequired: "Copy Blob accepts an infinite lease on the destination only",
  BlobArchived:
    "the blob is archived: give accessTier an online tier (and rehydratePriority) to copy from it; an archived destination must be deleted or rehydrated first",
  BlobBeingRehydrated: "the blob is being rehydrated, which takes hours: deploy again afterwards",
  BlobImmutableDueToPolicy: "an immutability policy protects the destination: use another blob name",
  BlobImmutableDueToLegalHold: "a legal hold protects the destination: use another blob name",
  BlobUsesCustomerSpecifiedEncryption: "the blob is encrypted with a customer-provided key, which a copy cannot read",
  CopyAcrossAccountsNotSupported: "this storage account is too old for copies across accounts",
  InvalidResourceName: "correct the container or blob name",
  MetadataTooLarge: "metadata is limited to 8 KiB in all",
  InvalidBlobTier: "the account does not offer this access tier for this blob",
  BlobAccessTierNotSupportedForAccountType: "the account does not offer access tiers for this blob",
  SnapshotCountExceeded: "delete some of the blob's snapshots, or declare RollbackPolicy.ABORT_ONLY",
  FeatureVersionMismatch: "the service does not allow this for blobs that were written with newer features",
  ServerBusy: "the account is throttled: deploy again later, or copy less at once",
  InternalError: "the service failed: deploy again; give Azure support the request id",
  OperationTimedOut: "the service was too slow: deploy again",
  ...Object.fromEntries(
    [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ].map((code) => [
      code,
      "set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority that signs for this network or endpoint, such as that of a TLS-inspecting proxy",
    ]),
  ),
  CERT_HAS_EXPIRED: "check this machine's clock, and renew the endpoint's certificate if it is yours",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host name: check the endpoint, and what the name resolves to",
  ENOTFOUND: "check the account's name, and this machine's DNS (a private endpoint needs its private zone)",
  EPROXY: "check HTTPS_PROXY, and add the host to NO_PROXY if it is to be reached directly",
};

/** Turns what the service answered into a sentence with code, side, cause and remedy, and the exit code of its kind. */
export function explain(error: unknown, what: string): CopyFailure {
  if (error instanceof CopyFailure) return error;
  if (!(error instanceof ServiceError)) {
    const message = error instanceof Error ? error.message : String(error);
    return new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what,
      why: message,
      remedy: "this is a defect of the program: please report it with this output",
      cause: error,
    });
  }
  const blamesSource = error.side === "source" || error.code === "CannotVerifyCopySource" || error.copySourceStatus !== undefined;
  const side: Side = blamesSource ? "source" : "destination";
  const code = (blamesSource ? error.copySourceCode : undefined) ?? error.code;
  const status = (blamesSource ? error.copySourceStatus : undefined) ?? error.status;
  return new CopyFailure({
    exitCode: exitCodeOf(side, status, code),
    what,
    side,
    why: reason(error),
    remedy: remedyFor(error, side, status, code),
    cause: error,
  });
}

function reason(error: ServiceError): string {
  const request = error.requestId === undefined ? "" : ` (request id ${error.requestId})`;
  if (error.status === 0) return `${error.operation} on ${error.url} got no answer: ${error.code}: ${error.message}`;
  const source =
    error.copySourceStatus === undefined ? "" : `, the source answered ${error.copySourceStatus} ${error.copySourceCode ?? ""}`.trimEnd();
  return `${error.operation} on ${error.url} was answered ${error.status} ${error.code}${source}: ${error.message}${request}`;
}

function exitCodeOf(side: Side, status: number, code: string): ExitCode {
  if (status === 401 || status === 403) return ExitCode.NOT_AUTHORISED;
  if (side === "source" && (status === 404 || code.endsWith("NotFound"))) return ExitCode.SOURCE_NOT_FOUND;
  return ExitCode.COPY_FAILED;
}

function remedyFor(error: ServiceError, side: Side, status: number, code: string): string {
  const known = REMEDIES[code];
  if (known !== undefined) return known;
  if (error.status === 0) return "check the network, the host name and the endpoint, then deploy again";
  if (side === "source") {
    const cause =
      status === 401 || status === 403
        ? "a missing or expired credential, a SAS without r, or a firewall"
        : status === 404
          ? "a wrong name"
          : "its name, credential or firewall";
    return `the service could not read the source; check ${cause}: the storage service itself must be able to reach it`;
  }
  if (status === 401 || status === 403) return "check the destination's credential and its permissions";
  if (status >= 500) return "the service failed: deploy again; give Azure support the request id";
  return "see the service's reason above";
}

/** Our own guard on the destination's state did not hold: what we saw is no longer what is there. */
export function isChangedMeanwhile(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    ["TargetConditionNotMet", "ConditionNotMet", "BlobAlreadyExists", "PendingCopyOperation"].includes(error.code)
  );
}
