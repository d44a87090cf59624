import type { KnownCause } from "./clues";

/** Causes for Azure Files, whose files can be sources. */
const FILE_STATE_CAUSES: readonly KnownCause[] = [
  {
    title: "the share does not exist",
    codes: ["ShareNotFound"],
    remedy: "check the source's account and the name of its share",
  },
  {
    title: "the share is disabled",
    codes: ["ShareDisabled"],
    remedy: "use another share, or ask the account's administrator or Azure support why it is disabled",
  },
  {
    title: "the share is being deleted",
    codes: ["ShareBeingDeleted"],
    remedy: "the share is being deleted: use another one, or restore it once it is deleted (az storage share-rm restore)",
  },
  {
    title: "an SMB client is using the file",
    codes: ["SharingViolation", "FileLockConflict", "FileOpenBySmbClient", "ClientCacheFlushDelay"],
    seen: () => "a machine that has mounted the share holds the file open or locked, or has not written its changes back yet",
    remedy: "close the file there (az storage share list-handle shows which client holds it), then deploy again",
  },
  {
    title: "an SMB client is deleting the file",
    codes: ["DeletePending"],
    seen: () => "a machine that has mounted the share is deleting the file",
    remedy: "check whether the file should still exist: it is deleted when the last client closes it",
  },
  {
    title: "the path of the file is not valid",
    codes: ["InvalidFileOrDirectoryPathName"],
    remedy: "correct the file's path: it is too long or too deep, or contains a character that a file name cannot have",
  },
];

/** Causes in the kind and the state of blobs, containers and files. */
export const BLOB_STATE_CAUSES: readonly KnownCause[] = [
  ...FILE_STATE_CAUSES,
  {
    title: "the blob was deleted, and can be undeleted",
    codes: ["BlobNotFound"],
    isIt: ({ evidence }) => evidence?.isSoftDeleted === true,
    seen: () => "the blob was deleted; soft delete still keeps it",
    remedy: "undelete the blob (az storage blob undelete), or correct the name",
  },
  {
    title: "the container does not exist",
    codes: ["ContainerNotFound"],
    remedy: {
      source: "check the source's account and the name of its container; without list permission a missing right can look the same",
      destination: "create the container first, or let the copy depend on it; without list permission a missing right can look the same",
    },
  },
  {
    title: "the blob does not exist",
    codes: ["BlobNotFound"],
    remedy: {
      source: "check the source's account, container and name (they are case-sensitive), and that its credential may read it",
      destination: "check the blob's name; without list permission a missing right can look the same",
    },
  },
  {
    title: "the resource does not exist",
    codes: ["ResourceNotFound"],
    background: "A source of another account that may not be read can look the same: older versions of the service answer 404 for it.",
    remedy: "check the name; without list permission a missing right can look the same",
  },
  {
    title: "the container is being deleted",
    codes: ["ContainerBeingDeleted"],
    background: "For at least 30 seconds after a container is deleted, another container of the same name cannot be created or used.",
    remedy: "the container of this name is still being deleted: deploy again in a minute",
  },
  {
    title: "the container is disabled",
    codes: ["ContainerDisabled"],
    background: "The account's administrator or Microsoft has disabled this container. Waiting does not help.",
    remedy: "use another container, or ask the account's administrator or Azure support why it is disabled",
  },
  {
    title: "another copy to the blob is pending",
    codes: ["PendingCopyOperation"],
    remedy:
      "another copy to this blob is pending, or the blob is being rehydrated: wait until it has ended, or abort the copy with its copy id",
  },
  {
    title: "the blob is archived",
    codes: ["BlobArchived"],
    background:
      "An archived blob cannot be read. Copy Blob to an online tier rehydrates it into another blob, within an account, or within a region to another account.",
    remedy: {
      source: "declare an online access tier for the copy, such as AccessTier.HOT, and a rehydrate priority; or rehydrate the source first",
      destination: "an archived destination cannot be written: delete it first, rehydrate it, or use another blob name",
    },
  },
  {
    title: "the blob is being rehydrated",
    codes: ["BlobBeingRehydrated"],
    background:
      "Rehydration takes up to 15 hours with standard priority, and often less than one hour with high priority for a blob of less than 10 GiB.",
    remedy: "wait until the blob is online again, which takes hours, then deploy again",
  },
  {
    title: "an immutability policy protects the blob",
    codes: ["BlobImmutableDueToPolicy", "ContainerImmutabilityPolicyLocked", "ContainerImmutableStorageWithVersioningEnabled"],
    remedy: "an immutability policy protects the destination until its date: use another blob name, or a container without the policy",
  },
  {
    title: "a legal hold protects the blob",
    codes: ["BlobImmutableDueToLegalHold", "ContainerHasLegalHold"],
    remedy: "a legal hold protects the destination: use another blob name, or ask for the hold to be cleared",
  },
  {
    title: "the blob is leased",
    codes: ["LeaseIdMissing"],
    seen: ({ side }) => `another client holds a lease on the ${side}`,
    remedy: "set destinationLeaseId to the id of the lease, or have the lease released or broken (az storage blob lease break)",
  },
  {
    title: "the declared lease does not hold the blob",
    codes: ["LeaseIdMismatchWithBlobOperation", "LeaseLost"],
    remedy:
      "set destinationLeaseId to the id of the lease that holds the blob, or have that lease released or broken (az storage blob lease break)",
  },
  {
    title: "the blob is not leased",
    codes: ["LeaseNotPresentWithBlobOperation"],
    remedy: "the destination is not leased: leave destinationLeaseId out",
  },
  {
    title: "another client holds a lease on the source",
    codes: ["LeaseAlreadyPresent", "LeaseIdMismatchWithLeaseOperation", "LeaseNotPresentWithLeaseOperation"],
    remedy: "another client holds a lease on the source: use SourceGuard.ETAG, or have the lease released",
  },
  {
    title: "the destination's lease is not infinite",
    codes: ["InfiniteLeaseDurationRequired"],
    remedy:
      "ask the holder of the lease to release it, or to take an infinite one: Copy Blob does not accept another lease on the destination",
  },
  {
    title: "the destination has another blob type",
    codes: ["InvalidBlobType"],
    remedy: "the destination exists with another blob type: delete it, or use another blob name",
  },
  {
    title: "the uncommitted blocks of this copy are gone",
    codes: ["InvalidBlockList"],
    seen: () =>
      "the uncommitted blocks of this copy are gone: another client, or another run of this deployment, wrote the blob meanwhile, which makes the service drop all uncommitted blocks on its name",
    background: "The service keeps uncommitted blocks for a week, and drops those of all clients as soon as the blob is written.",
    remedy: "let one run of a deployment end before the next one begins, find out who else writes this blob, then deploy again",
  },
  {
    title: "the method does not accept the source's blob type",
    codes: ["InvalidSourceBlobType"],
    remedy: "leave the copy method to the program (CopyMethod.AUTO), or use Copy Blob, which accepts every type",
  },
  {
    title: "the headers of a blob with a customer-provided key cannot be set",
    codes: ["BlobUsesCustomerSpecifiedEncryption"],
    isIt: ({ operation }) => operation === "Set Blob Properties",
    background: "Set Blob Properties does not accept a key, and a page blob gets its MD5 and its headers from that operation.",
    remedy: "leave encryptionKeyEnvironment of the destination out: with a key, the program cannot complete such a blob",
  },
  {
    title: "the blob is encrypted with a customer-provided key",
    codes: ["BlobUsesCustomerSpecifiedEncryption"],
    seen: ({ side }) => `the ${side} is encrypted with a customer-provided key, which the service does not keep`,
    remedy: "set encryptionKeyEnvironment of that side to the name of the variable that holds the key; Copy Blob does not accept a key",
  },
  {
    title: "the blob is encrypted with another customer-provided key",
    codes: ["BlobCustomerSpecifiedEncryptionMismatch"],
    seen: ({ side }) => `the ${side} is encrypted with a customer-provided key, but not with the declared one`,
    remedy: "set the variable that encryptionKeyEnvironment names to the key that the blob was written with, or delete the blob",
  },
  {
    title: "the blob has no customer-provided key",
    codes: ["BlobDoesNotUseCustomerSpecifiedEncryption"],
    seen: ({ side }) => `the ${side} is not encrypted with a customer-provided key, but a key was declared`,
    remedy: "leave encryptionKeyEnvironment of that side out",
  },
  {
    title: "the encryption scope does not exist or is disabled",
    codes: ["EncryptionScopeNotAvailable"],
    remedy: "create the encryption scope in the destination's account, or enable it",
  },
  {
    title: "the container allows only its default encryption scope",
    codes: ["RequestForbiddenByContainerEncryptionPolicy"],
    remedy: "the container allows only its default encryption scope: leave encryptionScope out",
  },
  {
    title: "the source's content is not as declared",
    codes: ["Md5Mismatch"],
    remedy: "the source's content does not match sourceContentMd5: find out who wrote the source, or declare its current MD5",
  },
  {
    title: "the name has uncommitted blocks of another client",
    codes: ["InvalidBlobOrBlock", "BlockCountExceedsLimit"],
    remedy:
      "this name has uncommitted blocks of another client: wait until the service drops them after a week, or, where a method is declared, use CopyMethod.AUTO",
  },
  {
    title: "the append blob is sealed",
    codes: ["BlobIsSealed"],
    remedy: "a sealed append blob cannot be written: use another blob name, or delete it first",
  },
  {
    title: "the blob has too many snapshots",
    codes: ["SnapshotCountExceeded", "SnaphotOperationRateExceeded"],
    remedy: "delete some of the blob's snapshots, or declare RollbackPolicy.ABORT_ONLY",
  },
  {
    title: "the blob has snapshots",
    codes: ["SnapshotsPresent"],
    remedy: "delete the blob's snapshots first, if nothing needs them (az storage blob delete --delete-snapshots only)",
  },
  {
    title: "the destination exists",
    codes: ["BlobAlreadyExists"],
    remedy:
      "the destination exists and must not be replaced (overwrite NEVER, or ifNoneMatch), or another client wrote it meanwhile: delete it, change the declaration, or deploy again",
  },
  {
    title: "the destination changed, or is not as declared",
    codes: ["TargetConditionNotMet"],
    remedy: "the destination does not meet the declared condition, or another client changed it meanwhile: deploy again",
  },
  {
    title: "the source changed, or is not as declared",
    codes: ["SourceConditionNotMet"],
    remedy: "the source does not meet the declared condition, or changed meanwhile: deploy again, or copy from a snapshot",
  },
  {
    title: "a condition is not met",
    codes: ["ConditionNotMet"],
    remedy:
      "a condition on the source or destination is not met: if it is a declared one, such as one on tags, correct it; if another client has changed the blob meanwhile, deploy again",
  },
];
