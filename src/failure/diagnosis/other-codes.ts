const NOT_IN_ORDER =
  "the destination holds a later snapshot of the source, or held this one, and takes them in their order only: take a new snapshot of the source";

const NO_DIFFERENCE =
  "the source's snapshot that was copied before is gone, or the source was recreated since, so that the service cannot tell what has changed: copy to another blob name";

/**
 * Further codes of the service, whose own sentence explains the cause. Only the remedy is added
 * here.
 */
export const OTHER_CODES: Readonly<Record<string, string>> = {
  InvalidQueryParameterValue:
    "the service does not take the snapshot, the version or the block id: check the first two as the service returned them; of a listing, deploy again",
  OutOfRangeQueryParameterValue:
    "the service does not take a part of the request's URL: deploy again, or give Azure support the request id",
  FeatureNotYetSupportedForHierarchicalNamespaceAccounts:
    "an account with a hierarchical namespace has no snapshots, no index tags and no page blobs: leave those out, or use an account without one",
  UnsupportedHeader:
    "the service or emulator does not know an option that is declared: leave it out, or, where a method is declared, use CopyMethod.AUTO",
  UnsupportedQueryParameter:
    "the service or emulator does not know this operation: update it, or, where a method is declared, use CopyMethod.AUTO",
  UnsupportedHttpVerb:
    "the service or emulator does not know this operation: update it, or, where a method is declared, use CopyMethod.AUTO",
  InvalidHttpVerb: "the service or emulator does not know this operation: update it, or, where a method is declared, use CopyMethod.AUTO",
  "HTTP 400":
    "what answers names no code of the service, so it may not know this operation: check the endpoint, or, where a method is declared, use CopyMethod.AUTO",
  "HTTP 404":
    "what answers names no code of the service, so it may not know this operation: check the endpoint, or, where a method is declared, use CopyMethod.AUTO",
  InvalidVersionForPageBlobOperation:
    "the page blob is of a kind that this cannot write: use another blob name, or, where a method is declared, CopyMethod.AUTO",
  ConditionHeadersNotSupported:
    "the service takes no condition here: leave sourceConditions and destinationConditions out, or, where a method is declared, use CopyMethod.AUTO",
  MultipleConditionHeadersNotSupported: "the service takes one condition here: declare one only",
  InvalidSourceBlobUrl: "the service does not take this URL as a source: check its name, snapshot and version",
  RequestBodyTooLarge: "the source is too large for this method: use CopyMethod.AUTO",
  InvalidHeaderValue:
    "the service does not take a value that is declared, such as a tag, a header or a tier: see its reason, and correct that",
  InvalidInput: "the service does not take a value that is declared: see its reason, and correct that",
  InvalidMetadata:
    "a name or value in metadata is not one that a header can carry: use letters, digits and _ in names, and ASCII in values",
  EmptyMetadataKey: "metadata has an empty name: remove it",
  InvalidMd5: "the source's MD5 does not belong to its content: correct it at the source, or pin another method",
  InvalidRange: "the source became shorter while it was copied: deploy again",
  OutOfRangeInput: "a value that is declared is outside of what the service takes: see its reason, and correct that",
  BlobTierInadequateForContentLength: "the page blob is larger than its access tier allows: declare a larger tier",
  ContentLengthLargerThanTierLimit: "the blob is larger than its access tier allows: declare another tier",
  CannotChangeToLowerTier: "the service does not lower this blob's tier: declare one that is not lower, or use another blob name",
  BlobNotArchived: "the blob is online already: leave rehydrate out",
  BlobOverwritten: NO_DIFFERENCE,
  BlockListTooLong: "the blob has more than 50,000 blocks: use CopyMethod.AUTO, which makes larger ones",
  InvalidBlockId:
    "somebody's blocks on this name have ids of another length: use another blob name, or, where a method is declared, CopyMethod.AUTO",
  InvalidPageRange: "a page blob's length is a multiple of 512 bytes, and this source's is not: use CopyMethod.AUTO",
  InvalidOperation: "the blob is in a state that does not allow this: see the service's reason",
  OperationNotAllowedOnIncrementalCopyBlob:
    "the destination is the result of incremental copies, which nothing else may write: use another blob name",
  IncrementalCopyOfEarlierSnapshotNotAllowed: NOT_IN_ORDER,
  // The spelling in other descriptions of the API.
  IncrementalCopyOfEarlierVersionSnapshotNotAllowed: NOT_IN_ORDER,
  IncrementalCopyOfEralierVersionSnapshotNotAllowed: NOT_IN_ORDER,
  IncrementalCopySourceMustBeSnapshot: "an incremental copy is of a snapshot: give source.snapshot",
  IncrementalCopyBlobMismatch: "the destination is the result of incremental copies from another source: use another blob name",
  AppendPositionConditionNotMet: "somebody has appended to the destination meanwhile: deploy again",
  MaxBlobSizeConditionNotMet: "an append blob holds 50,000 blocks: copy it by CopyMethod.COPY_BLOB",
  SequenceNumberConditionNotMet: "somebody has written the page blob meanwhile: deploy again",
  NoPendingCopyOperation: "the copy has ended already: deploy again to see how",
  CopyIdMismatch: "another copy to this blob is pending by now: wait for it, or abort it with its copy id",
  SnapshotOperationRateExceeded:
    "the service takes one snapshot of such a blob in ten minutes: deploy again later, or declare RollbackPolicy.ABORT_ONLY",
  PreviousSnapshotNotFound: NO_DIFFERENCE,
  PreviousSnapshotOperationNotSupported: NO_DIFFERENCE,
  PreviousSnapshotCannotBeNewer: "the snapshot is newer than the blob: name an earlier one",
  LeaseAlreadyBroken: "the lease is broken already: leave destinationLeaseId out",
  LeaseIsBreakingAndCannotBeAcquired:
    "somebody is breaking the lease on the source: deploy again when it has ended, or use SourceGuard.ETAG",
  LeaseIsBreakingAndCannotBeChanged:
    "somebody is breaking the lease on the source: deploy again when it has ended, or use SourceGuard.ETAG",
  LeaseIsBrokenAndCannotBeRenewed: "somebody has broken the lease on the source: deploy again, or use SourceGuard.ETAG",
  AccountBeingCreated: "the account is still being created: deploy again in a minute",
  ResourceTypeMismatch: "the name is a directory, or another kind of resource, at the destination: use another blob name",
  SystemInUse: "the container is one of the service's own: use another one",
};
