/**
 * Operation ids in the published description of the API, by the REST names that the fake service
 * uses.
 */
const IDS: Readonly<Record<string, string>> = {
  "Get Blob": "Blob_Download",
  "Get Blob Properties": "Blob_GetProperties",
  "Delete Blob": "Blob_Delete",
  "Get Blob Tags": "Blob_GetTags",
  "Get Block List": "BlockBlob_GetBlockList",
  "Get Page Ranges": "PageBlob_GetPageRanges",
  "Set Blob Metadata": "Blob_SetMetadata",
  "Set Blob Tags": "Blob_SetTags",
  "Set Blob Tier": "Blob_SetTier",
  "Snapshot Blob": "Blob_CreateSnapshot",
  "Abort Copy Blob": "Blob_AbortCopyFromURL",
  "Put Block": "BlockBlob_StageBlock",
  "Put Block List": "BlockBlob_CommitBlockList",
  "Append Block": "AppendBlob_AppendBlock",
  "Copy Blob": "Blob_StartCopyFromURL",
  "Incremental Copy Blob": "PageBlob_CopyIncremental",
  "Copy Blob From URL": "Blob_CopyFromURL",
  "Put Blob From URL": "BlockBlob_PutBlobFromUrl",
  "Put Block From URL": "BlockBlob_StageBlockFromURL",
  "Put Page From URL": "PageBlob_UploadPagesFromURL",
  "Append Block From URL": "AppendBlob_AppendBlockFromUrl",
  "Append Blob Seal": "AppendBlob_Seal",
  "Set Blob Immutability Policy": "Blob_SetImmutabilityPolicy",
  "Delete Blob Immutability Policy": "Blob_DeleteImmutabilityPolicy",
  "Set Blob Legal Hold": "Blob_SetLegalHold",
  "Undelete Blob": "Blob_Undelete",
  "Create Container": "Container_Create",
  "Get Container Properties": "Container_GetProperties",
  "Delete Container": "Container_Delete",
  "List Containers": "Service_ListContainersSegment",
  "Get User Delegation Key": "Service_GetUserDelegationKey",
};

const LEASE_ACTIONS: Readonly<Record<string, string>> = {
  acquire: "Blob_AcquireLease",
  renew: "Blob_RenewLease",
  release: "Blob_ReleaseLease",
  change: "Blob_ChangeLease",
  break: "Blob_BreakLease",
};

type Header = (name: string) => string | undefined;

/** The document has a separate operation for each variant that headers choose. */
export function operationIdOf(operation: string, header: Header, isHierarchy: boolean): string | undefined {
  switch (operation) {
    case "Put Blob":
      return { PageBlob: "PageBlob_Create", AppendBlob: "AppendBlob_Create" }[header("x-ms-blob-type") ?? ""] ?? "BlockBlob_Upload";
    case "Set Blob Properties":
      if (header("x-ms-sequence-number-action") !== undefined) return "PageBlob_UpdateSequenceNumber";
      return header("x-ms-blob-content-length") === undefined ? "Blob_SetHTTPHeaders" : "PageBlob_Resize";
    case "Put Page":
      return header("x-ms-page-write") === "clear" ? "PageBlob_ClearPages" : "PageBlob_UploadPages";
    case "Lease Blob":
      return LEASE_ACTIONS[header("x-ms-lease-action") ?? ""];
    case "List Blobs":
      return isHierarchy ? "Container_ListBlobHierarchySegment" : "Container_ListBlobFlatSegment";
    default:
      return IDS[operation];
  }
}
