const NOT_IN_ORDER =
  "the destination holds a later snapshot of the source, or has held this one, and accepts snapshots only in their order: take a new snapshot of the source";

const NO_DIFFERENCE =
  "the snapshot that was copied before no longer exists, or the source has been recreated, so that the service cannot find the changes: copy to another blob name";

/**
 * Further codes of the service, whose own sentence explains the cause. Only the remedy is added
 * here.
 */
export const OTHER_CODES: Readonly<Record<string, string>> = {
  InvalidQueryParameterValue:
    "the service does not accept the snapshot, the version or the block id: declare the snapshot or version exactly as the service returned it; if a listing failed, deploy again",
  OutOfRangeQueryParameterValue:
    "the service does not accept a part of the request's URL: deploy again, or give Azure support the request id",
  FeatureNotYetSupportedForHierarchicalNamespaceAccounts:
    "an account with a hierarchical namespace does not support snapshots, index tags or page blobs: leave them out, or use an account without a hierarchical namespace",
  UnsupportedHeader:
    "the service or emulator does not know a declared option: leave it out, or, where a method is declared, use CopyMethod.AUTO",
  UnsupportedQueryParameter:
    "the service or emulator does not know this operation: update it, or, where a method is declared, use CopyMethod.AUTO",
  UnsupportedHttpVerb:
    "the service or emulator does not know this operation: update it, or, where a method is declared, use CopyMethod.AUTO",
  InvalidHttpVerb: "the service or emulator does not know this operation: update it, or, where a method is declared, use CopyMethod.AUTO",
  "HTTP 400":
    "the answer does not have a code of the service, so the server may not know this operation: check the endpoint, or, where a method is declared, use CopyMethod.AUTO",
  "HTTP 404":
    "the answer does not have a code of the service, so the server may not know this operation: check the endpoint, or, where a method is declared, use CopyMethod.AUTO",
  InvalidVersionForPageBlobOperation:
    "the page blob is of a kind that this operation cannot write: use another blob name, or, where a method is declared, CopyMethod.AUTO",
  ConditionHeadersNotSupported:
    "the service does not accept a condition here: leave sourceConditions and destinationConditions out, or, where a method is declared, use CopyMethod.AUTO",
  MultipleConditionHeadersNotSupported: "the service accepts only one condition here: declare one",
  InvalidSourceBlobUrl: "the service does not accept this URL as a source: check its name, snapshot and version",
  RequestBodyTooLarge: "the source is too large for this method: use CopyMethod.AUTO",
  InvalidHeaderValue:
    "the service does not accept a declared value, such as a tag, a header or a tier: see its reason, and correct the value",
  InvalidInput: "the service does not accept a declared value: see its reason, and correct the value",
  InvalidMetadata: "a name or value in metadata cannot be sent in a header: use letters, digits and _ in names, and ASCII in values",
  EmptyMetadataKey: "metadata has an empty name: remove it",
  InvalidMd5: "the source's MD5 does not match its content: correct it at the source, or declare another method",
  InvalidRange: "the source became shorter while it was copied: deploy again",
  OutOfRangeInput: "a declared value is outside the range that the service accepts: see its reason, and correct the value",
  BlobTierInadequateForContentLength: "the page blob is larger than its access tier allows: declare a larger tier",
  ContentLengthLargerThanTierLimit: "the blob is larger than its access tier allows: declare another tier",
  CannotChangeToLowerTier: "the service does not lower this blob's tier: declare one that is not lower, or use another blob name",
  BlobNotArchived: "the blob is online already: leave rehydrate out",
  BlobOverwritten: NO_DIFFERENCE,
  BlockListTooLong: "the blob has more than 50,000 blocks: use CopyMethod.AUTO, which makes larger blocks",
  InvalidBlockId:
    "another client's blocks on this name have ids of another length: use another blob name, or, where a method is declared, CopyMethod.AUTO",
  InvalidPageRange: "a page blob's length is a multiple of 512 bytes, and this source's is not: use CopyMethod.AUTO",
  InvalidOperation: "the blob is in a state that does not allow this: see the service's reason",
  OperationNotAllowedOnIncrementalCopyBlob:
    "the destination is the result of incremental copies, which only incremental copies may write: use another blob name",
  IncrementalCopyOfEarlierSnapshotNotAllowed: NOT_IN_ORDER,
  // The spelling in other descriptions of the API.
  IncrementalCopyOfEarlierVersionSnapshotNotAllowed: NOT_IN_ORDER,
  IncrementalCopyOfEralierVersionSnapshotNotAllowed: NOT_IN_ORDER,
  IncrementalCopySourceMustBeSnapshot: "an incremental copy needs a snapshot as its source: declare source.snapshot",
  IncrementalCopyBlobMismatch: "the destination is the result of incremental copies from another source: use another blob name",
  AppendPositionConditionNotMet: "another client has appended to the destination meanwhile: deploy again",
  MaxBlobSizeConditionNotMet: "an append blob holds 50,000 blocks: copy it by CopyMethod.COPY_BLOB",
  SequenceNumberConditionNotMet: "another client has written the page blob meanwhile: deploy again",
  NoPendingCopyOperation: "the copy has ended already: deploy again to see its result",
  CopyIdMismatch: "another copy to this blob is now pending: wait for it, or abort it with its copy id",
  SnapshotOperationRateExceeded:
    "the service allows one snapshot of such a blob in ten minutes: deploy again later, or declare RollbackPolicy.ABORT_ONLY",
  PreviousSnapshotNotFound: NO_DIFFERENCE,
  PreviousSnapshotOperationNotSupported: NO_DIFFERENCE,
  PreviousSnapshotCannotBeNewer: "the snapshot is newer than the blob: declare an earlier one",
  LeaseAlreadyBroken: "the lease is broken already: leave destinationLeaseId out",
  LeaseIsBreakingAndCannotBeAcquired:
    "another client is breaking the lease on the source: deploy again when the lease has ended, or use SourceGuard.ETAG",
  LeaseIsBreakingAndCannotBeChanged:
    "another client is breaking the lease on the source: deploy again when the lease has ended, or use SourceGuard.ETAG",
  LeaseIsBrokenAndCannotBeRenewed: "another client has broken the lease on the source: deploy again, or use SourceGuard.ETAG",
  AccountBeingCreated: "the account is still being created: deploy again in a minute",
  ResourceTypeMismatch: "the name is a directory, or another kind of resource, at the destination: use another blob name",
  SystemInUse: "the container is one of the service's own: use another one",
};
