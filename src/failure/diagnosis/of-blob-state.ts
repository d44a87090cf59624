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
    remedy: "use another share, or ask whoever keeps the account, or Azure support, why it is disabled",
  },
  {
    title: "the share is being deleted",
    codes: ["ShareBeingDeleted"],
    remedy: "the share is being deleted: use another one, or restore it once it is gone (az storage share-rm restore)",
  },
  {
    title: "an SMB client holds the file",
    codes: ["SharingViolation", "FileLockConflict", "FileOpenBySmbClient", "ClientCacheFlushDelay"],
    seen: () => "a machine that has mounted the share holds the file open or locked, or has not written back what it changed in it",
    remedy: "close the file there (az storage share list-handle shows by whom it is held), then deploy again",
  },
  {
    title: "an SMB client is deleting the file",
    codes: ["DeletePending"],
    seen: () => "a machine that has mounted the share is deleting the file",
    remedy: "check whether the file is still meant to be there: it goes when the last machine closes it",
  },
  {
    title: "the path of the file is not valid",
    codes: ["InvalidFileOrDirectoryPathName"],
    remedy: "correct the file's path: it is too long or too deep, or has a character that a file name cannot have",
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
    remedy: "undelete it (az storage blob undelete), or correct the name",
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
    background: "For at least 30 seconds after a container was deleted, no other one of its name can be made or used.",
    remedy: "the container of this name is still being deleted: deploy again in a minute",
  },
  {
    title: "the container is disabled",
    codes: ["ContainerDisabled"],
    background: "Whoever keeps the account, or Microsoft, has disabled this one container. Time does not change that.",
    remedy: "use another container, or ask whoever keeps the account, or Azure support, why it is disabled",
  },
  {
    title: "another copy to the blob is pending",
    codes: ["PendingCopyOperation"],
    remedy: "another copy to this blob is pending, or it is being rehydrated: wait for it, or abort it with its copy id",
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
    background: "That takes up to 15 hours with standard priority; for a blob of less than 10 GiB often less than one with high priority.",
    remedy: "wait until it is online again, which takes hours, then deploy again",
  },
  {
    title: "an immutability policy protects the blob",
    codes: ["BlobImmutableDueToPolicy", "ContainerImmutabilityPolicyLocked", "ContainerImmutableStorageWithVersioningEnabled"],
    remedy: "an immutability policy protects the destination until its date: use another blob name, or a container without the policy",
  },
  {
    title: "a legal hold protects the blob",
    codes: ["BlobImmutableDueToLegalHold", "ContainerHasLegalHold"],
    remedy: "a legal hold protects the destination: use another blob name, or let whoever set the hold clear it",
  },
  {
    title: "the blob is leased",
    codes: ["LeaseIdMissing"],
    seen: ({ side }) => `somebody holds a lease on the ${side}`,
    remedy: "give destinationLeaseId, or let the lease's holder release or break it (az storage blob lease break)",
  },
  {
    title: "the lease is another one",
    codes: ["LeaseIdMismatchWithBlobOperation", "LeaseLost"],
    remedy:
      "set destinationLeaseId to the id of the lease that holds the blob, or let its holder release or break it (az storage blob lease break)",
  },
  {
    title: "the blob is not leased",
    codes: ["LeaseNotPresentWithBlobOperation"],
    remedy: "the destination is not leased: leave destinationLeaseId out",
  },
  {
    title: "the source is leased by somebody else",
    codes: ["LeaseAlreadyPresent", "LeaseIdMismatchWithLeaseOperation", "LeaseNotPresentWithLeaseOperation"],
    remedy: "somebody else holds a lease on the source: use SourceGuard.ETAG, or let them release it",
  },
  {
    title: "the destination's lease has an end",
    codes: ["InfiniteLeaseDurationRequired"],
    remedy: "let the holder of the lease take an infinite one, or none: Copy Blob accepts no other on the destination",
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
      "the uncommitted blocks of this copy are gone: whoever else writes the blob meanwhile, also another run of this deployment, makes the service drop all that are on its name",
    background: "The service keeps uncommitted blocks for a week, and drops those of everybody as soon as the blob is written.",
    remedy: "let one run of a deployment end before the next one begins, find out who else writes this blob, then deploy again",
  },
  {
    title: "the source has a blob type that the method does not take",
    codes: ["InvalidSourceBlobType"],
    remedy: "leave the copy method to the program (CopyMethod.AUTO), or use Copy Blob, which takes every type",
  },
  {
    title: "the headers of a blob with a customer-provided key cannot be set",
    codes: ["BlobUsesCustomerSpecifiedEncryption"],
    isIt: ({ operation }) => operation === "Set Blob Properties",
    background: "Set Blob Properties takes no key, and a page blob has its MD5 and its headers from it.",
    remedy: "leave encryptionKeyEnvironment of the destination out: with a key the service does not let such a blob be completed",
  },
  {
    title: "the blob is encrypted with a customer-provided key",
    codes: ["BlobUsesCustomerSpecifiedEncryption"],
    seen: ({ side }) => `the ${side} is encrypted with a key that its writer provided with each request, and the service does not keep it`,
    remedy: "give encryptionKeyEnvironment of that side, which names the variable that holds the key; Copy Blob takes none",
  },
  {
    title: "the blob is encrypted with another customer-provided key",
    codes: ["BlobCustomerSpecifiedEncryptionMismatch"],
    seen: ({ side }) => `the ${side} is encrypted with a key of its writer's, and the one that was given is another key`,
    remedy: "set the variable that encryptionKeyEnvironment names to the key that the blob was written with, or delete the blob",
  },
  {
    title: "the blob has no customer-provided key",
    codes: ["BlobDoesNotUseCustomerSpecifiedEncryption"],
    seen: ({ side }) => `the ${side} is not encrypted with a key that comes with each request, and one was given`,
    remedy: "leave encryptionKeyEnvironment of that side out",
  },
  {
    title: "the encryption scope is not there",
    codes: ["EncryptionScopeNotAvailable"],
    remedy: "create the encryption scope in the destination's account, or enable it",
  },
  {
    title: "the container allows its default encryption scope only",
    codes: ["RequestForbiddenByContainerEncryptionPolicy"],
    remedy: "the container allows its default encryption scope only: leave encryptionScope out",
  },
  {
    title: "the source's bytes are not the expected ones",
    codes: ["Md5Mismatch"],
    remedy:
      "the source's bytes are not those that sourceContentMd5 stands for: find out who wrote the source, or declare its MD5 as it is now",
  },
  {
    title: "somebody's uncommitted blocks are on the name",
    codes: ["InvalidBlobOrBlock", "BlockCountExceedsLimit"],
    remedy:
      "somebody's uncommitted blocks are on this name: wait until the service drops them after a week, or, where a method is declared, use CopyMethod.AUTO",
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
      "the destination exists and is not to be replaced (overwrite NEVER, or ifNoneMatch), or somebody wrote it meanwhile: delete it, change the declaration, or deploy again",
  },
  {
    title: "the destination changed, or is not as declared",
    codes: ["TargetConditionNotMet"],
    remedy: "the destination does not meet the declared condition, or somebody changed it meanwhile: deploy again",
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
      "a condition on source or destination is not met: correct it if it is declared, as one on tags; somebody may also have changed the blob meanwhile: then deploy again",
  },
];
