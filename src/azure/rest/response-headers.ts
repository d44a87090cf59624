import { createHash } from "node:crypto";
import type { BlobProperties, CopyProperties, SourceProperties } from "../../engine/ports/blob-properties";
import type { StartedCopy, WriteResult } from "../../engine/ports/requests";
import { BlobType, type ContentHeadersReference, type CopyStatus, type ShownOptions } from "../../intent";
import { type EncryptionKey, usedKeys } from "../credential/encryption-keys";
import type { HttpAnswer } from "../http/exchange";
import { defined } from "../../util/defined";
import { redactForeign } from "../../util/secrets/redact-foreign";
import { strongEtag } from "../../util/same/etags";
import { sourceIdentity } from "../../util/source-identity";
import { copyProgress } from "./values/copy-progress";
import { immutabilityMode } from "./values/immutability-mode";
import { isDirectoryMark, metadataName } from "./values/metadata-names";
import { word } from "./values/word";

const METADATA_PREFIX = "x-ms-meta-";
const COPY_STATUSES: readonly CopyStatus[] = ["pending", "success", "aborted", "failed"];

/** From Get Blob Properties. `declared`: the key that was sent, or is declared for the blob. */
export function blobProperties(answer: HttpAnswer, declared?: EncryptionKey): BlobProperties {
  const header = reader(answer);
  return {
    etag: header("etag") ?? stateOf(answer),
    lastModified: time(header("last-modified")) ?? new Date(0),
    length: Number(header("content-length") ?? 0),
    blobType: blobType(header("x-ms-blob-type")) ?? BlobType.BLOCK,
    contentMd5: header("content-md5"),
    headers: storedHeaders(header),
    metadata: metadata(answer),
    tier: header("x-ms-access-tier"),
    accessTierInferred: header("x-ms-access-tier-inferred") === "true",
    archiveStatus: header("x-ms-archive-status"),
    isLeased: header("x-ms-lease-status") === "locked",
    versionId: header("x-ms-version-id"),
    tagCount: wholeNumber(header("x-ms-tag-count")) ?? 0,
    ...(header("x-ms-creation-time") === undefined ? { mayHaveOtherTags: true } : {}),
    copy: copyProperties(header),
    ...defined({
      sequenceNumber: wholeNumber(header("x-ms-blob-sequence-number")),
      keys: usedKeys(header("x-ms-encryption-key-sha256"), declared),
    }),
    shown: shownOptions(header),
    ...(header("x-ms-incremental-copy") === "true" ? { isChain: true } : {}),
    ...directory(answer),
  };
}

/** From a HEAD request, or from a GET request for the first byte. */
export function sourceProperties(answer: HttpAnswer): SourceProperties {
  const header = reader(answer);
  const etag = header("etag");
  return {
    // A weak ETag never matches the condition that ties the copy to this state of the source.
    etag: strongEtag(etag),
    lastModified: time(header("last-modified")),
    length: sourceLength(answer.status, header),
    blobType: blobType(header("x-ms-blob-type")),
    contentMd5: answer.status === 206 ? header("x-ms-blob-content-md5") : header("content-md5"),
    tier: header("x-ms-access-tier"),
    ...defined({ archiveStatus: header("x-ms-archive-status") }),
    headers: storedHeaders(header),
    metadata: metadata(answer),
    ...(blobType(header("x-ms-blob-type")) === undefined ? {} : directory(answer)),
  };
}

/** From any request that wrote the destination. */
export function writeResult(answer: HttpAnswer): WriteResult {
  const header = reader(answer);
  return {
    etag: header("etag") ?? "",
    lastModified: time(header("last-modified")) ?? new Date(0),
    versionId: header("x-ms-version-id"),
    contentMd5: header("content-md5"),
  };
}

/** From Copy Blob and Copy Blob From URL. `otherwise`: the status, if the response has none. */
export function startedCopy(answer: HttpAnswer, otherwise: CopyStatus): StartedCopy {
  const header = reader(answer);
  return {
    ...writeResult(answer),
    copyId: word(header("x-ms-copy-id")) ?? "",
    status: copyStatus(header("x-ms-copy-status")) ?? otherwise,
  };
}

/** The document has the values in lower case. */
export function copyStatus(text: string | undefined): CopyStatus | undefined {
  const written = text?.toLowerCase();
  return COPY_STATUSES.find((status) => status === written);
}

/**
 * Headers that a write changes. They stand in for the ETag, which each documented response has, in
 * the form of a weak ETag: no request can be tied to it.
 */
const CHANGED_BY_WRITES = /^(?:last-modified|content-.*|x-ms-creation-time|x-ms-copy-(?:id|status)|x-ms-(?:blob|meta)-.*)$/;

function stateOf({ rawHeaders }: HttpAnswer): string {
  const state = createHash("sha256");
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    if (CHANGED_BY_WRITES.test(name)) state.update(`${name}:${rawHeaders[index + 1] ?? ""}\n`);
  }
  return `W/"${state.digest("hex").slice(0, 16)}"`;
}

type HeaderReader = (name: string) => string | undefined;

function reader({ headers }: HttpAnswer): HeaderReader {
  return (name) => {
    const value = headers[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
}

function shownOptions(header: HeaderReader): ShownOptions {
  const until = header("x-ms-immutability-policy-until-date");
  return defined({
    encryptionScope: header("x-ms-encryption-scope"),
    seal: header("x-ms-blob-sealed") === "true" ? true : undefined,
    legalHold: header("x-ms-legal-hold") === "true" ? true : undefined,
    immutabilityPolicy: until === undefined ? undefined : { until, mode: immutabilityMode(header("x-ms-immutability-policy-mode")) },
  } satisfies Record<keyof ShownOptions, unknown>);
}

function copyProperties(header: HeaderReader): CopyProperties | undefined {
  const id = word(header("x-ms-copy-id"));
  const status = copyStatus(header("x-ms-copy-status"));
  if (id === undefined || status === undefined) return undefined;
  const description = header("x-ms-copy-status-description");
  return {
    id,
    status,
    source: sourceIdentity(header("x-ms-copy-source") ?? ""),
    ...copyProgress(header("x-ms-copy-progress")),
    completedOn: time(header("x-ms-copy-completion-time")),
    statusDescription: description === undefined ? undefined : redactForeign(description),
    ...defined({ destinationSnapshot: header("x-ms-copy-destination-snapshot") }),
  };
}

function storedHeaders(header: HeaderReader): ContentHeadersReference {
  return defined({
    contentType: header("content-type"),
    contentEncoding: header("content-encoding"),
    contentLanguage: header("content-language"),
    contentDisposition: header("content-disposition"),
    cacheControl: header("cache-control"),
  });
}

/**
 * From the raw headers: Node.js makes names lower-case, while the service keeps them as they were
 * set.
 */
function metadata({ rawHeaders }: HttpAnswer): Record<string, string> {
  const found: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.toLowerCase().startsWith(METADATA_PREFIX))
      found.push([metadataName(name.slice(METADATA_PREFIX.length)), rawHeaders[index + 1] ?? ""]);
  }
  return Object.fromEntries(found);
}

/** A blob with content is not a directory, whatever its metadata says. */
function directory(answer: HttpAnswer): { readonly isDirectory?: boolean } {
  const header = reader(answer);
  const isEmpty = header("content-length") === undefined || header("content-length") === "0";
  const isDirectory = header("x-ms-resource-type") === "directory" || (isEmpty && isDirectoryMark(metadata(answer)));
  return isDirectory ? { isDirectory } : {};
}

/** From a partial response: the number after the slash in `Content-Range: bytes 0-0/1234`. */
function sourceLength(status: number, header: HeaderReader): number | undefined {
  const text = status === 206 ? /\/(\d+)$/.exec(header("content-range") ?? "")?.[1] : header("content-length");
  return text === undefined ? undefined : Number(text);
}

function blobType(text: string | undefined): BlobType | undefined {
  return Object.values(BlobType).find((type) => type === text);
}

/** Text that is not a number counts as unknown. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function time(text: string | undefined): Date | undefined {
  const milliseconds = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds);
}
