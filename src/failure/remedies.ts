/** Of a certificate whose authority this machine does not know. */
export const CERTIFICATE_REFUSED: readonly string[] = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** What the user can do about an error code of the service or the network. */
export const REMEDIES: Readonly<Record<string, string>> = {
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
  TokenOfAnotherTenant:
    "sign in to the account's tenant: az login --tenant, or give this side Credential.servicePrincipal({ tenantId, … }) or Credential.azureCli({ tenantId }) of it",
  PublicAccessNotPermitted: "the account forbids anonymous access: give this side a credential",
  AccountIsDisabled: "enable the storage account",
  ContainerNotFound: "create the container first, or let the copy depend on it; without list permission a missing right can look the same",
  BlobNotFound: "check the blob's name; without list permission a missing right can look the same",
  ResourceNotFound: "check the name; without list permission a missing right can look the same",
  ContainerBeingDeleted: "the container of this name is still being deleted: deploy again in a minute",
  PendingCopyOperation: "another copy to this blob is pending: wait for it, or abort it with its copy id",
  InvalidBlobOrBlock:
    "somebody's uncommitted blocks are on this name: use CopyMethod.AUTO, or wait until the service drops them after a week",
  BlockCountExceedsLimit:
    "somebody's uncommitted blocks are on this name: use CopyMethod.AUTO, or wait until the service drops them after a week",
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
    "the blob is archived: declare an online access tier, and a rehydrate priority, to copy from it; an archived destination must be deleted or rehydrated first",
  BlobBeingRehydrated: "the blob is being rehydrated, which takes hours: deploy again afterwards",
  BlobImmutableDueToPolicy: "an immutability policy protects the destination: use another blob name",
  BlobImmutableDueToLegalHold: "a legal hold protects the destination: use another blob name",
  BlobUsesCustomerSpecifiedEncryption: "the blob is encrypted with a customer-provided key, which a copy cannot read",
  EncryptionScopeNotAvailable: "create the encryption scope in the destination's account, or enable it",
  RequestForbiddenByContainerEncryptionPolicy: "the container allows its default encryption scope only: leave encryptionScope out",
  Md5Mismatch:
    "the source's bytes are not those that sourceContentMd5 stands for: find out who wrote the source, or declare its MD5 as it is now",
  CopyAcrossAccountsNotSupported: "this storage account is too old for copies across accounts",
  InvalidResourceName: "correct the container or blob name",
  MetadataTooLarge: "metadata is limited to 8 KiB in all",
  InvalidBlobTier: "the account does not offer this access tier for this blob",
  BlobAccessTierNotSupportedForAccountType: "the account does not offer access tiers for this blob",
  SnapshotsPresent: "delete the blob's snapshots first, if nothing needs them (az storage blob delete --delete-snapshots only)",
  SnapshotCountExceeded: "delete some of the blob's snapshots, or declare RollbackPolicy.ABORT_ONLY",
  FeatureVersionMismatch: "the service does not allow this for blobs that were written with newer features",
  ServerBusy: "the account is throttled: deploy again later, or copy less at once",
  InternalError: "the service failed: deploy again; give Azure support the request id",
  OperationTimedOut: "the service was too slow: deploy again",
  ...Object.fromEntries(
    CERTIFICATE_REFUSED.map((code) => [
      code,
      "set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the authority that signs for this network or endpoint, such as that of a TLS-inspecting proxy",
    ]),
  ),
  CERT_HAS_EXPIRED: "check this machine's clock, and renew the endpoint's certificate if it is yours",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host name: check the endpoint, and what the name resolves to",
  ENOTFOUND: "check the account's name, and this machine's DNS (a private endpoint needs its private zone)",
  ...Object.fromEntries(
    ["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS"].map((code) => [
      code,
      "this machine has no free socket for even one request: raise the limit of open files where Terraform runs (ulimit -n), or end what else holds them",
    ]),
  ),
  EMSGSIZE: "check the endpoint: something else than the storage service answers there",
  EBADMSG: "check the endpoint, and whether a proxy or a sign-in page answers in the service's place",
  UnsupportedServiceVersion:
    "the service or emulator is older than this program, which asks for x-ms-version 2026-04-06: update it (Azurite: a newer one, or --skipApiVersionCheck), or use an older version of this package",
  EPROXY: "check HTTPS_PROXY, and add the host to NO_PROXY if it is to be reached directly",
};
