/**
 * The version that the program sends is newer than the document's (2024-08-04). This file lists the
 * newer parameters and values that the program uses.
 */
export const VERSION = "2026-04-06";

export interface NewerParameter {
  readonly name: string;
  readonly in: "query" | "header";
  readonly operations: readonly string[];
  /** The page that describes the parameter. */
  readonly source: string;
}

const FROM_URL = [
  "BlockBlob_PutBlobFromUrl",
  "BlockBlob_StageBlockFromURL",
  "PageBlob_UploadPagesFromURL",
  "AppendBlob_AppendBlockFromUrl",
];

export const NEWER_PARAMETERS: readonly NewerParameter[] = [
  {
    name: "x-ms-file-request-intent",
    in: "header",
    operations: [...FROM_URL, "Blob_CopyFromURL"],
    source: "Azure/azure-sdk-for-rust, generated blob client of version 2026-04-06; Copy Blob From URL: its REST reference",
  },
  ...["x-ms-source-encryption-key", "x-ms-source-encryption-key-sha256", "x-ms-source-encryption-algorithm"].map((name) => ({
    name,
    in: "header" as const,
    operations: FROM_URL,
    source: "Azure/azure-sdk-for-js, generated blob client of version 2026-04-06; Append Block From URL: recorded",
  })),
  {
    name: "x-ms-blob-if-match",
    in: "header",
    operations: ["Blob_SetTags"],
    source: "Azure/azure-rest-api-specs, Microsoft.BlobStorage, stable/2026-04-06: Set Blob Tags",
  },
  {
    name: "startfrom",
    in: "query",
    operations: ["Container_ListBlobFlatSegment"],
    source: "@azure/storage-blob 12.34 for JavaScript, ContainerListBlobsOptions.startFrom",
  },
];

/** Values that a newer version has added to an enumeration. */
export const NEWER_VALUES: Readonly<Record<string, readonly string[]>> = {
  // Azure/azure-rest-api-specs, Microsoft.BlobStorage, stable/2026-04-06: AccessTier.
  "x-ms-access-tier": ["Smart"],
};
