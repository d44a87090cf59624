import type { CopyOptionName } from "../../src/intent";

/**
 * Operations whose parameters all have an entry: their names in the REST reference, and their ids
 * in the description of the API.
 */
export const OPERATIONS = {
  "Copy Blob": "Blob_StartCopyFromURL",
  "Abort Copy Blob": "Blob_AbortCopyFromURL",
  "Copy Blob From URL": "Blob_CopyFromURL",
  "Put Blob From URL": "BlockBlob_PutBlobFromUrl",
  "Put Block From URL": "BlockBlob_StageBlockFromURL",
  "Put Block List": "BlockBlob_CommitBlockList",
  "Put Page From URL": "PageBlob_UploadPagesFromURL",
  "Append Block From URL": "AppendBlob_AppendBlockFromUrl",
  "Incremental Copy Blob": "PageBlob_CopyIncremental",
} as const;

export type OperationName = keyof typeof OPERATIONS;

/** Parts of a declaration that are not options of a copy. */
type Declared = CopyOptionName | "source" | "destination" | `${"source" | "destination"}.${"credential" | "encryptionKeyEnvironment"}`;

/**
 * Who sets a parameter: an option of the user, the program itself, or neither, with a reason that a
 * user accepts.
 */
export type Entry =
  | {
      readonly option: Declared | `${"contentHeaders" | "sourceConditions" | "destinationConditions" | "immutabilityPolicy"}.${string}`;
      readonly also?: string;
    }
  | { readonly program: string }
  | { readonly notOffered: string };

/**
 * Parameters of newer versions that are not in the description of the API, and that the program
 * does not send.
 */
export const NEVER_SENT: readonly { readonly name: string; readonly operations: readonly OperationName[] }[] = [
  ...["x-ms-immutability-policy-until-date", "x-ms-immutability-policy-mode", "x-ms-legal-hold"].map((name) => ({
    name,
    operations: ["Put Blob From URL"] as const,
  })),
  { name: "x-ms-content-crc64", operations: ["Put Blob From URL"] },
  { name: "x-ms-structured-body", operations: ["Put Blob From URL"] },
  { name: "x-ms-structured-content-length", operations: ["Put Blob From URL"] },
];

const NO_BODY = "it is about a request's body, and what copies within the service has none";
const BY_ITSELF = "by a request of its own, after all that can fail";

/** By the parameter's name in lower case. Operations that differ have their own entries below. */
export const ENTRIES: Readonly<Record<string, Entry>> = {
  // Every request.
  timeout: { notOffered: "the service's own limit is its highest; `timeout` is that of the whole run" },
  "x-ms-version": { program: "the one version whose answers it knows" },
  "x-ms-client-request-id": { program: "one for each request, and errors name it" },
  "content-length": { program: "of the body" },
  comp: { program: "chooses the operation" },
  body: { program: "the blocks of the copy, in their order" },

  // The source.
  "x-ms-copy-source": { option: "source", also: "with a SAS from `source.credential`, where one is needed" },
  "x-ms-copy-source-authorization": { option: "source.credential", also: "where it gives a token" },
  "x-ms-file-request-intent": { program: "`backup`, for a file of a share that is read with a token" },
  "x-ms-source-range": { program: "the ranges of a method that copies piece by piece" },
  "x-ms-source-if-match": { option: "sourceConditions.ifMatch", also: "the source's ETag, unless `sourceGuard` is NONE" },
  "x-ms-source-if-none-match": { option: "sourceConditions.ifNoneMatch" },
  "x-ms-source-if-modified-since": { option: "sourceConditions.ifModifiedSince" },
  "x-ms-source-if-unmodified-since": { option: "sourceConditions.ifUnmodifiedSince" },
  "x-ms-source-if-tags": { option: "sourceConditions.ifTags" },
  "x-ms-source-content-md5": { option: "sourceContentMd5" },
  "x-ms-source-content-crc64": { notOffered: "it is of one range, and ranges are the program's; each is pinned to the source's ETag" },
  "x-ms-source-encryption-key": { option: "source.encryptionKeyEnvironment" },
  "x-ms-source-encryption-key-sha256": { program: "of that key" },
  "x-ms-source-encryption-algorithm": { program: "`AES256`, the only one that the service knows" },

  // The destination's state.
  "if-match": { option: "destinationConditions.ifMatch", also: "the ETag that was looked at, where it must not change" },
  "if-none-match": { option: "destinationConditions.ifNoneMatch", also: "`*`, where nothing was there" },
  "if-modified-since": { option: "destinationConditions.ifModifiedSince" },
  "if-unmodified-since": { option: "destinationConditions.ifUnmodifiedSince" },
  "x-ms-if-tags": { option: "destinationConditions.ifTags" },
  "x-ms-lease-id": { option: "destinationLeaseId" },

  // Properties of the new blob.
  "x-ms-meta": { option: "metadata" },
  "x-ms-tags": { option: "tags", also: "those of more than 2 KiB by Set Blob Tags, after the copy" },
  "x-ms-copy-source-tag-option": { option: "copySourceTags" },
  "x-ms-access-tier": { option: "accessTier" },
  "x-ms-rehydrate-priority": { option: "rehydrate" },
  "x-ms-blob-type": { program: "BlockBlob, which is all that the operation makes" },
  "x-ms-blob-content-type": { option: "contentHeaders.contentType" },
  "x-ms-blob-content-encoding": { option: "contentHeaders.contentEncoding" },
  "x-ms-blob-content-language": { option: "contentHeaders.contentLanguage" },
  "x-ms-blob-content-disposition": { option: "contentHeaders.contentDisposition" },
  "x-ms-blob-cache-control": { option: "contentHeaders.cacheControl" },
  "x-ms-blob-content-md5": { program: "the source's, so that the copy can be compared with it later" },
  "x-ms-copy-source-blob-properties": { program: "`true`: what is not declared is the source's" },
  "x-ms-requires-sync": { program: "`true`, which tells this operation from Copy Blob" },
  "x-ms-encryption-scope": { option: "encryptionScope" },
  "x-ms-encryption-key": { option: "destination.encryptionKeyEnvironment" },
  "x-ms-encryption-key-sha256": { program: "of that key" },
  "x-ms-encryption-algorithm": { program: "`AES256`, the only one that the service knows" },
  "x-ms-seal-blob": { option: "seal" },
  "x-ms-immutability-policy-until-date": { option: "immutabilityPolicy.until", also: BY_ITSELF },
  "x-ms-immutability-policy-mode": { option: "immutabilityPolicy.mode", also: BY_ITSELF },
  "x-ms-legal-hold": { option: "legalHold", also: BY_ITSELF },

  // Bodies.
  "content-md5": { notOffered: NO_BODY },
  "x-ms-content-crc64": { notOffered: NO_BODY },
  "x-ms-structured-body": { notOffered: NO_BODY },
  "x-ms-structured-content-length": { notOffered: NO_BODY },

  // Abort Copy Blob.
  copyid: { program: "of the copy that this deployment started" },
  "x-ms-copy-action": { program: "`abort`" },

  // Blocks, pages and appends.
  blockid: { program: "one for each block, of this run alone" },
  "x-ms-page-write": { program: "`update`" },
  "x-ms-range": { program: "the range that the pages go to: the same as in the source" },
  "x-ms-if-sequence-number-eq": { program: "a number of this run alone, which keeps late writes from another blob" },
  "x-ms-if-sequence-number-le": { notOffered: "the program compares for equality, which is stricter" },
  "x-ms-if-sequence-number-lt": { notOffered: "the program compares for equality, which is stricter" },
  "x-ms-blob-condition-appendpos": { program: "where the block belongs, so that none is appended twice" },
  "x-ms-blob-condition-maxsize": { notOffered: "the position says as much, and the length is the source's" },
};

const PIECE_OF_A_COPY = "the whole copy is kept from others by its first request, and by its mark; a piece would only repeat it";
const ON_A_PIECE = Object.fromEntries(
  ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "x-ms-if-tags"].map((name): [string, Entry] => [
    name,
    { notOffered: PIECE_OF_A_COPY },
  ]),
);

/** Entries of operations that differ from the others. */
export const OF_ONE_OPERATION: Partial<Readonly<Record<OperationName, Readonly<Record<string, Entry>>>>> = {
  "Put Block List": {
    "content-md5": { notOffered: "the list is a few kilobytes of ours, and TLS keeps it whole" },
    "x-ms-content-crc64": { notOffered: "the list is a few kilobytes of ours, and TLS keeps it whole" },
  },
  "Put Page From URL": ON_A_PIECE,
  "Append Block From URL": ON_A_PIECE,
  "Incremental Copy Blob": {
    "x-ms-copy-source": { option: "source", also: "a snapshot, with a SAS from `source.credential` unless it is public" },
    "if-match": {
      option: "destinationConditions.ifMatch",
      also: "the ETag that was looked at, so that nobody else adds to the chain meanwhile",
    },
  },
};
