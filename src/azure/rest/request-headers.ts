import type { EncryptionKey } from "../credential/encryption-keys";
import type { CopyRequest, GuardedRequest, RangeRequest, ReadableSource, WriteRequest } from "../../engine/ports/requests";
import type { Encryption, WrittenProperties } from "../../engine/ports/blob-properties";
import { type ConditionsReference, type ContentHeadersReference, timeOf } from "../../intent";
import { defined } from "../../util/defined";
import { strongEtag } from "../../util/same/etags";

type Headers = Record<string, string>;

/** The only algorithm that the service knows. */
const ALGORITHM = "AES256";

/** Headers of all requests that copy a whole blob. */
export function copyHeaders({ source, sourceConditions, destinationConditions, properties }: CopyRequest): Headers {
  return {
    ...sourceHeaders(source),
    ...sourceConditionHeaders(sourceConditions),
    ...conditionHeaders(destinationConditions),
    ...propertyHeaders(properties),
  };
}

/** Headers of all requests that copy a range of a blob. */
export function rangeHeaders({ source, sourceRange, sourceConditions, encryption }: RangeRequest): Headers {
  return {
    ...sourceHeaders(source),
    "x-ms-source-range": `bytes=${sourceRange.offset}-${sourceRange.offset + sourceRange.count - 1}`,
    ...sourceConditionHeaders(sourceConditions),
    ...encryptionHeaders(encryption),
  };
}

/** Headers of Put Block List, and of Put Blob for a page blob or an append blob. */
export function writeHeaders({ destinationConditions, properties }: WriteRequest): Headers {
  return { ...conditionHeaders(destinationConditions), ...propertyHeaders(properties) };
}

/**
 * Headers for everything of a blob except its bytes. Only this function knows which header sets
 * which property.
 */
export function propertyHeaders(properties: WrittenProperties = {}): Headers {
  const { metadata, tags, tagsOfSource, headers, contentMd5, tier, rehydrate, sourceContentMd5, seal } = properties;
  return {
    ...defined({
      "x-ms-access-tier": tier,
      "x-ms-rehydrate-priority": rehydrate?.priority,
      "x-ms-source-content-md5": sourceContentMd5,
      "x-ms-seal-blob": seal?.toString(),
      "x-ms-tags": tagsHeader(tags),
      "x-ms-copy-source-tag-option": tagsOfSource === true ? "COPY" : undefined,
    }),
    ...contentHeaderHeaders({ ...headers, contentMd5 }),
    ...metadataHeaders(metadata),
    ...encryptionHeaders(properties),
  };
}

/** Whether the service itself is to read the source's tags. */
export function asksForTags(properties: WrittenProperties): boolean {
  return "x-ms-copy-source-tag-option" in propertyHeaders(properties);
}

export function encryptionHeaders({ encryptionScope }: Encryption): Headers {
  return defined({ "x-ms-encryption-scope": encryptionScope });
}

/**
 * Headers of every request that reads or writes a part of a blob, except those that do not accept a
 * key.
 */
export function keyHeaders(key: EncryptionKey | undefined): Headers {
  if (key === undefined) return {};
  return { "x-ms-encryption-key": key.key, "x-ms-encryption-key-sha256": key.sha256, "x-ms-encryption-algorithm": ALGORITHM };
}

/** Headers of every request that makes the service read a source. */
export function sourceKeyHeaders(key: EncryptionKey | undefined): Headers {
  if (key === undefined) return {};
  return {
    "x-ms-source-encryption-key": key.key,
    "x-ms-source-encryption-key-sha256": key.sha256,
    "x-ms-source-encryption-algorithm": ALGORITHM,
  };
}

function sourceHeaders({ url, authorization, fileRequestIntent, encryptionKey }: ReadableSource): Headers {
  return {
    ...sourceKeyHeaders(encryptionKey),
    ...defined({
      "x-ms-copy-source": url,
      "x-ms-copy-source-authorization": authorization,
      "x-ms-file-request-intent": fileRequestIntent,
    }),
  };
}

export function contentHeaderHeaders(
  headers: (ContentHeadersReference & { readonly contentMd5?: string | undefined }) | undefined,
): Headers {
  return defined({
    "x-ms-blob-content-type": headers?.contentType,
    "x-ms-blob-content-encoding": headers?.contentEncoding,
    "x-ms-blob-content-language": headers?.contentLanguage,
    "x-ms-blob-content-disposition": headers?.contentDisposition,
    "x-ms-blob-cache-control": headers?.cacheControl,
    "x-ms-blob-content-md5": headers?.contentMd5,
  });
}

export function metadataHeaders(metadata: Readonly<Record<string, string>> | undefined): Headers {
  const headers: Headers = {};
  for (const name in metadata) headers[`x-ms-meta-${name}`] = metadata[name] ?? "";
  return headers;
}

export function conditionHeaders(conditions: ConditionsReference | undefined): Headers {
  return defined({
    "if-match": strongEtag(conditions?.ifMatch),
    "if-none-match": conditions?.ifNoneMatch,
    "if-modified-since": httpTime(conditions?.ifModifiedSince),
    "if-unmodified-since": httpTime(conditions?.ifUnmodifiedSince),
    "x-ms-if-tags": conditions?.ifTags,
  });
}

export function sourceConditionHeaders(conditions: ConditionsReference | undefined): Headers {
  return defined({
    "x-ms-source-if-match": conditions?.ifMatch,
    "x-ms-source-if-none-match": conditions?.ifNoneMatch,
    "x-ms-source-if-modified-since": httpTime(conditions?.ifModifiedSince),
    "x-ms-source-if-unmodified-since": httpTime(conditions?.ifUnmodifiedSince),
    "x-ms-source-if-tags": conditions?.ifTags,
  });
}

function tagsHeader(tags: Readonly<Record<string, string>> | undefined): string | undefined {
  if (tags === undefined || Object.keys(tags).length === 0) return undefined;
  return Object.entries(tags)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join("&");
}

/** Converts ISO 8601 to RFC 1123. Text that is not a time is left for the service to refuse. */
function httpTime(time: string | undefined): string | undefined {
  const milliseconds = time === undefined ? undefined : timeOf(time);
  return milliseconds === undefined ? time : new Date(milliseconds).toUTCString();
}

export function guardHeaders({ ifMatch }: GuardedRequest): Record<string, string> {
  return defined({ "if-match": strongEtag(ifMatch) });
}
