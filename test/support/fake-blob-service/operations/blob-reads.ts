import { type BlobState, httpDate, momentOf } from "../state/blob-state";
import { containerOf, type Answer, type Call } from "../http/call";
import { checkReadConditions } from "../state/conditions";
import { checkKey } from "../state/customer-key";
import { checkLease, isLeaseActive, leaseState } from "../state/lease";
import { tagsXml } from "../state/metadata-and-tags";
import { parseRange } from "./page-and-append-writes";
import { ServiceFailure } from "../service-failure";

const PAGE_RANGES_LIMIT = 10_000;

function readableBlob(call: Call): BlobState {
  const entry = containerOf(call).entry(call.blobName);
  const blob = momentOf(entry, call.query);
  if (blob === undefined) {
    const { versionid, snapshot = "" } = call.query;
    const isDeleted = entry?.deleted.has(versionid ?? snapshot) === true;
    throw new ServiceFailure("BlobNotFound", isDeleted ? { headers: ["x-ms-is-soft-deleted", "true"] } : {});
  }
  checkReadConditions(call, blob);
  if (blob === entry?.base) checkLease(call, blob, "read");
  return blob;
}

/** For operations that need the key with which a blob is encrypted. */
function decryptedBlob(call: Call): BlobState {
  const blob = readableBlob(call);
  checkKey(call, blob);
  return blob;
}

function copyHeaders(blob: BlobState, headers: string[]): void {
  const { copy } = blob;
  if (copy === undefined) return;
  headers.push("x-ms-copy-id", copy.id, "x-ms-copy-status", copy.status);
  if (copy.source !== "") headers.push("x-ms-copy-source", copy.source);
  headers.push("x-ms-copy-progress", `${copy.bytesCopied}/${copy.bytesTotal}`);
  if (copy.completedOn !== undefined) headers.push("x-ms-copy-completion-time", httpDate(copy.completedOn));
  if (copy.statusDescription !== undefined) headers.push("x-ms-copy-status-description", copy.statusDescription);
  if (copy.destinationSnapshot !== undefined) headers.push("x-ms-copy-destination-snapshot", copy.destinationSnapshot);
}

/** The headers that Get Blob, Get Blob Properties and Get File share. */
export function propertyHeaders(blob: BlobState): string[] {
  const headers = ["ETag", blob.etag, "Last-Modified", httpDate(blob.lastModified), "Accept-Ranges", "bytes"];
  const { contentType, contentEncoding, contentLanguage, contentDisposition, cacheControl } = blob.headers;
  headers.push("Content-Type", contentType ?? "application/octet-stream");
  if (contentEncoding !== undefined) headers.push("Content-Encoding", contentEncoding);
  if (contentLanguage !== undefined) headers.push("Content-Language", contentLanguage);
  if (contentDisposition !== undefined) headers.push("Content-Disposition", contentDisposition);
  if (cacheControl !== undefined) headers.push("Cache-Control", cacheControl);
  for (const key in blob.metadata) headers.push(`x-ms-meta-${key}`, blob.metadata[key] ?? "");
  return headers;
}

function blobHeaders(call: Call, blob: BlobState): string[] {
  const headers = propertyHeaders(blob);
  headers.push("x-ms-blob-type", blob.type, "x-ms-creation-time", httpDate(blob.createdOn), "x-ms-server-encrypted", "true");
  if (blob.versionId !== undefined) headers.push("x-ms-version-id", blob.versionId);
  if (blob.chain !== undefined) headers.push("x-ms-incremental-copy", "true");
  if (call.query.snapshot === undefined && call.query.versionid === undefined) {
    if (blob.versionId !== undefined) headers.push("x-ms-is-current-version", "true");
    headers.push("x-ms-lease-state", leaseState(blob.lease), "x-ms-lease-status", isLeaseActive(blob.lease) ? "locked" : "unlocked");
    if (leaseState(blob.lease) === "leased") headers.push("x-ms-lease-duration", blob.lease?.duration === -1 ? "infinite" : "fixed");
    const tags = Object.keys(blob.tags).length;
    if (tags > 0) headers.push("x-ms-tag-count", String(tags));
  }
  if (blob.type === "PageBlob") headers.push("x-ms-blob-sequence-number", String(blob.sequenceNumber));
  if (blob.type === "AppendBlob") headers.push("x-ms-blob-committed-block-count", String(blob.appendedBlocks));
  // As an account with a hierarchical namespace does.
  if (blob.metadata.hdi_isfolder === "true") headers.push("x-ms-resource-type", "directory");
  if (blob.encryptionScope !== undefined) headers.push("x-ms-encryption-scope", blob.encryptionScope);
  if (blob.customerKey !== undefined) headers.push("x-ms-encryption-key-sha256", blob.customerKey);
  if (blob.legalHold) headers.push("x-ms-legal-hold", "true");
  if (blob.immutabilityPolicy !== undefined) {
    const { until, mode } = blob.immutabilityPolicy;
    headers.push("x-ms-immutability-policy-until-date", until, "x-ms-immutability-policy-mode", mode);
  }
  if (blob.isSealed) headers.push("x-ms-blob-sealed", "true");
  copyHeaders(blob, headers);
  return headers;
}

export function getBlobProperties(call: Call): Answer {
  const blob = decryptedBlob(call);
  const headers = blobHeaders(call, blob);
  headers.push("Content-Length", String(blob.content.length));
  if (blob.headers.contentMd5 !== undefined) headers.push("Content-MD5", blob.headers.contentMd5);
  if (blob.type === "BlockBlob") {
    headers.push("x-ms-access-tier", blob.accessTier ?? "Hot");
    if (blob.accessTier === undefined) headers.push("x-ms-access-tier-inferred", "true");
  } else if (blob.accessTier !== undefined) {
    headers.push("x-ms-access-tier", blob.accessTier);
  }
  if (blob.accessTierChangedOn !== undefined)
    headers.push("x-ms-access-tier-change-time", new Date(blob.accessTierChangedOn).toUTCString());
  if (blob.archiveStatus !== undefined)
    headers.push("x-ms-archive-status", blob.archiveStatus, "x-ms-rehydrate-priority", blob.rehydratePriority ?? "Standard");
  return { status: 200, headers };
}

/** The whole content or a range of it, also for Get File and the plain web server. */
export function contentAnswer(call: Call, blob: BlobState, headers: string[]): Answer {
  const range = call.header("x-ms-range") ?? call.header("range");
  const md5 = blob.headers.contentMd5;
  if (range === undefined) {
    if (md5 !== undefined) headers.push("Content-MD5", md5);
    return { status: 200, headers, body: blob.content };
  }
  const { offset, length } = parseRange(range);
  if (offset >= blob.content.length)
    throw new ServiceFailure("InvalidRange", { headers: ["Content-Range", `bytes */${blob.content.length}`] });
  const body = blob.content.slice(offset, Math.min(length, blob.content.length - offset));
  headers.push("Content-Range", `bytes ${offset}-${offset + body.length - 1}/${blob.content.length}`);
  if (md5 !== undefined) headers.push("x-ms-blob-content-md5", md5);
  return { status: 206, headers, body };
}

/** The content of an incremental copy can be read only from its snapshots. */
function checkContent(call: Call, { chain }: BlobState): void {
  if (chain !== undefined && call.query.snapshot === undefined) throw new ServiceFailure("OperationNotAllowedOnIncrementalCopyBlob");
}

export function getBlob(call: Call): Answer {
  const blob = decryptedBlob(call);
  checkContent(call, blob);
  if (blob.isArchived) throw new ServiceFailure("BlobArchived");
  return contentAnswer(call, blob, blobHeaders(call, blob));
}

export function getBlobMetadata(call: Call): Answer {
  const blob = decryptedBlob(call);
  const headers = ["ETag", blob.etag, "Last-Modified", httpDate(blob.lastModified)];
  for (const key in blob.metadata) headers.push(`x-ms-meta-${key}`, blob.metadata[key] ?? "");
  return { status: 200, headers };
}

export function getBlobTags(call: Call): Answer {
  const blob = readableBlob(call);
  return { status: 200, headers: ["Content-Type", "application/xml"], body: `<?xml version="1.0" encoding="utf-8"?>${tagsXml(blob.tags)}` };
}

/** Get Page Ranges, paged by `maxresults` and `marker`. */
export function getPageRanges(call: Call): Answer {
  if (call.query.prevsnapshot !== undefined) throw new ServiceFailure("APINotImplemented");
  const blob = readableBlob(call);
  if (blob.type !== "PageBlob") throw new ServiceFailure("InvalidBlobType");
  checkContent(call, blob);
  const range = call.header("x-ms-range") ?? call.header("range");
  const { offset, length } = range === undefined ? { offset: 0, length: Infinity } : parseRange(range);
  const ranges = blob.content.slice(offset, length).dataRanges();
  const first = Number(call.query.marker ?? 0);
  const end = first + Math.min(PAGE_RANGES_LIMIT, Number(call.query.maxresults ?? PAGE_RANGES_LIMIT));
  const xml = ranges
    .slice(first, end)
    .map((one) => `<PageRange><Start>${offset + one.offset}</Start><End>${offset + one.offset + one.length - 1}</End></PageRange>`);
  return {
    status: 200,
    headers: [
      "Content-Type",
      "application/xml",
      "ETag",
      blob.etag,
      "Last-Modified",
      httpDate(blob.lastModified),
      "x-ms-blob-content-length",
      String(blob.content.length),
    ],
    body: `<?xml version="1.0" encoding="utf-8"?><PageList>${xml.join("")}<NextMarker>${end < ranges.length ? end : ""}</NextMarker></PageList>`,
  };
}
