import { abortCopyBlob, copyBlob, copyBlobFromUrl } from "./copy-blob";
import { incrementalCopyBlob } from "./incremental-copy";
import { appendBlock, putPage, sealAppendBlob } from "./page-and-append-writes";
import { appendBlockFromUrl, putBlobFromUrl, putBlockFromUrl, putPageFromUrl } from "./from-url";
import { getBlob, getBlobMetadata, getBlobProperties, getBlobTags, getPageRanges } from "./blob-reads";
import { getBlockList, putBlock, putBlockList } from "./block-writes";
import {
  createContainer,
  deleteContainer,
  getAccountInformation,
  getContainerProperties,
  getUserDelegationKey,
  listContainers,
} from "./container-operations";
import {
  deleteBlob,
  putBlob,
  setBlobMetadata,
  setBlobProperties,
  setBlobTags,
  setBlobTier,
  snapshotBlob,
  undeleteBlob,
} from "./blob-writes";
import { deleteBlobImmutabilityPolicy, setBlobImmutabilityPolicy, setBlobLegalHold } from "./protection";
import { leaseBlob } from "./lease-operations";
import { listBlobs } from "./listing";
import type { Answer, Call, Query } from "../http/call";

export interface Operation {
  /** As in the REST documentation. */
  readonly name: string;
  /** SAS permissions: one of them is needed. */
  readonly anyOf: string;
  readonly handle: (call: Call) => Answer;
  /** The request takes as long as reading the source's bytes. */
  readonly readsSource?: boolean;
}

const operation = (name: string, anyOf: string, handle: Operation["handle"], readsSource = false): Operation => ({
  name,
  anyOf,
  handle,
  readsSource,
});

const BLOB: Readonly<Record<string, Operation>> = {
  "GET ": operation("Get Blob", "r", getBlob),
  "HEAD ": operation("Get Blob Properties", "r", getBlobProperties),
  "DELETE ": operation("Delete Blob", "d", deleteBlob),
  "PUT ": operation("Put Blob", "wc", putBlob),
  "GET metadata": operation("Get Blob Metadata", "r", getBlobMetadata),
  "HEAD metadata": operation("Get Blob Metadata", "r", getBlobMetadata),
  "GET tags": operation("Get Blob Tags", "t", getBlobTags),
  "GET blocklist": operation("Get Block List", "r", getBlockList),
  "GET pagelist": operation("Get Page Ranges", "r", getPageRanges),
  "PUT metadata": operation("Set Blob Metadata", "w", setBlobMetadata),
  "PUT properties": operation("Set Blob Properties", "w", setBlobProperties),
  "PUT tags": operation("Set Blob Tags", "t", setBlobTags),
  "PUT tier": operation("Set Blob Tier", "w", setBlobTier),
  "PUT undelete": operation("Undelete Blob", "w", undeleteBlob),
  "PUT snapshot": operation("Snapshot Blob", "wc", snapshotBlob),
  "PUT legalhold": operation("Set Blob Legal Hold", "i", setBlobLegalHold),
  "PUT immutabilityPolicies": operation("Set Blob Immutability Policy", "i", setBlobImmutabilityPolicy),
  "DELETE immutabilityPolicies": operation("Delete Blob Immutability Policy", "i", deleteBlobImmutabilityPolicy),
  "PUT lease": operation("Lease Blob", "w", leaseBlob),
  "PUT copy": operation("Abort Copy Blob", "w", abortCopyBlob),
  "PUT block": operation("Put Block", "w", putBlock),
  "PUT blocklist": operation("Put Block List", "wc", putBlockList),
  "PUT page": operation("Put Page", "w", putPage),
  "PUT appendblock": operation("Append Block", "aw", appendBlock),
  "PUT seal": operation("Append Blob Seal", "aw", sealAppendBlob),
};

const FROM_URL: Readonly<Record<string, Operation>> = {
  "PUT ": operation("Copy Blob", "wc", copyBlob),
  "PUT incrementalcopy": operation("Incremental Copy Blob", "wc", incrementalCopyBlob),
  "PUT block": operation("Put Block From URL", "w", putBlockFromUrl, true),
  "PUT page": operation("Put Page From URL", "w", putPageFromUrl, true),
  "PUT appendblock": operation("Append Block From URL", "aw", appendBlockFromUrl, true),
};
const COPY_BLOB_FROM_URL = operation("Copy Blob From URL", "wc", copyBlobFromUrl, true);
const PUT_BLOB_FROM_URL = operation("Put Blob From URL", "wc", putBlobFromUrl, true);

const CONTAINER: Readonly<Record<string, Operation>> = {
  "PUT ": operation("Create Container", "wc", createContainer),
  "GET ": operation("Get Container Properties", "r", getContainerProperties),
  "HEAD ": operation("Get Container Properties", "r", getContainerProperties),
  "DELETE ": operation("Delete Container", "d", deleteContainer),
  "GET list": operation("List Blobs", "l", listBlobs),
};

const SERVICE: Readonly<Record<string, Operation>> = {
  "GET list": operation("List Containers", "l", listContainers),
  "POST userdelegationkey": operation("Get User Delegation Key", "r", getUserDelegationKey),
};
/** On any level, with any permission. */
const GET_ACCOUNT_INFORMATION = operation("Get Account Information", "racwdxlt", getAccountInformation);

interface Request {
  readonly method: string;
  readonly query: Query;
  readonly container: string;
  readonly blob: string;
  readonly header: (name: string) => unknown;
}

/** The REST operation of a request; undefined if the fake service does not have it. */
export function operationOf(request: Request): Operation | undefined {
  const key = `${request.method} ${request.query.comp ?? ""}`;
  if (request.query.restype === "account")
    return key === "GET properties" || key === "HEAD properties" ? GET_ACCOUNT_INFORMATION : undefined;
  if (request.blob !== "") {
    if (request.header("x-ms-copy-source") === undefined) return BLOB[key];
    if (key !== "PUT ") return FROM_URL[key];
    if (request.header("x-ms-requires-sync") === "true") return COPY_BLOB_FROM_URL;
    return request.header("x-ms-blob-type") === undefined ? FROM_URL[key] : PUT_BLOB_FROM_URL;
  }
  if (request.container === "") return SERVICE[key];
  return request.query.restype === "container" ? CONTAINER[key] : undefined;
}
