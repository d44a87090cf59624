import type { CopyRequest, RangeRequest, WriteRequest } from "../../engine/ports/blob-store";
import type { ConditionsReference, ContentHeadersReference } from "../../intent";

type Headers = Record<string, string>;

/** Drops what is not given. */
export function given(headers: Readonly<Record<string, string | undefined>>): Headers {
  const result: Headers = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** What all requests have in common that copy a whole blob. */
export function copyHeaders(request: CopyRequest): Headers {
  const { source, sourceConditions, destinationConditions, leaseId, metadata, tags, accessTier } = request;
  return {
    ...given({
      "x-ms-copy-source": source.url,
      "x-ms-copy-source-authorization": source.authorization,
      "x-ms-file-request-intent": source.fileRequestIntent,
      "x-ms-lease-id": leaseId,
      "x-ms-access-tier": accessTier,
      "x-ms-tags": tagsHeader(tags),
    }),
    ...sourceConditionHeaders(sourceConditions),
    ...conditionHeaders(destinationConditions),
    ...metadataHeaders(metadata),
  };
}

/** What all requests have in common that copy a range of a blob. */
export function rangeHeaders(request: RangeRequest): Headers {
  const { source, sourceRange, sourceConditions, leaseId } = request;
  return {
    ...given({
      "x-ms-copy-source": source.url,
      "x-ms-copy-source-authorization": source.authorization,
      "x-ms-file-request-intent": source.fileRequestIntent,
      "x-ms-source-range": `bytes=${sourceRange.offset}-${sourceRange.offset + sourceRange.count - 1}`,
      "x-ms-lease-id": leaseId,
    }),
    ...sourceConditionHeaders(sourceConditions),
  };
}

/** What goes with Put Block List, Create Page Blob and Create Append Blob. */
export function writeHeaders(request: WriteRequest): Headers {
  const { destinationConditions, leaseId, contentHeaders, contentMd5, metadata, tags, accessTier } = request;
  return {
    ...given({ "x-ms-lease-id": leaseId, "x-ms-access-tier": accessTier, "x-ms-tags": tagsHeader(tags) }),
    ...contentHeaderHeaders({ ...contentHeaders, contentMd5 }),
    ...conditionHeaders(destinationConditions),
    ...metadataHeaders(metadata),
  };
}

export function contentHeaderHeaders(headers: (ContentHeadersReference & { readonly contentMd5?: string }) | undefined): Headers {
  return given({
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
  return given({
    "if-match": conditions?.ifMatch,
    "if-none-match": conditions?.ifNoneMatch,
    "if-modified-since": httpTime(conditions?.ifModifiedSince),
    "if-unmodified-since": httpTime(conditions?.ifUnmodifiedSince),
    "x-ms-if-tags": conditions?.ifTags,
  });
}

export function sourceConditionHeaders(conditions: ConditionsReference | undefined): Headers {
  return given({
    "x-ms-source-if-match": conditions?.ifMatch,
    "x-ms-source-if-none-match": conditions?.ifNoneMatch,
    "x-ms-source-if-modified-since": httpTime(conditions?.ifModifiedSince),
    "x-ms-source-if-unmodified-since": httpTime(conditions?.ifUnmodifiedSince),
    "x-ms-source-if-tags": conditions?.ifTags,
  });
}

export function tagsHeader(tags: Readonly<Record<string, string>> | undefined): string | undefined {
  if (tags === undefined || Object.keys(tags).length === 0) return undefined;
  return Object.entries(tags)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join("&");
}

/** ISO 8601 becomes RFC 1123; anything that is no time is left for the service to refuse. */
function httpTime(time: string | undefined): string | undefined {
  const milliseconds = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(milliseconds) ? time : new Date(milliseconds).toUTCString();
}
