import type { ListedBlob, ListedDetails, WantedDetails } from "../engine/set/blob-listing";
import { BlobType, type CopyStatus } from "../intent";
import { redact, withoutSecrets } from "./redaction";
import { parseTags, unescapeXml } from "./xml";

export interface ListedPage {
  readonly blobs: readonly ListedBlob[];
  /** Empty after the last page. */
  readonly nextMarker: string;
}

const BLOB = "<Blob>";
const BLOB_END = "</Blob>";

/**
 * The body of List Blobs. A set lists millions of blobs, so this looks for the few elements it needs instead of parsing; the
 * service writes no attributes, no comments and no CDATA but the one attribute that is handled below.
 */
export function parseListedPage(xml: string, wanted: WantedDetails | undefined): ListedPage {
  const blobs: ListedBlob[] = [];
  let position = xml.indexOf(BLOB);
  while (position !== -1) {
    const end = xml.indexOf(BLOB_END, position);
    if (end === -1) break;
    blobs.push(parseBlob(xml.slice(position + BLOB.length, end), wanted));
    position = xml.indexOf(BLOB, end);
  }
  const tail = xml.lastIndexOf("<NextMarker>");
  return { blobs, nextMarker: tail === -1 ? "" : (element(xml.slice(tail), "<NextMarker>") ?? "") };
}

function parseBlob(text: string, wanted: WantedDetails | undefined): ListedBlob {
  const blobType = element(text, "<BlobType>");
  const etag = element(text, "<Etag>") ?? "";
  return {
    name: nameOf(text),
    etag: etag.startsWith('"') ? etag : `"${etag}"`,
    lastModified: element(text, "<Last-Modified>") ?? "",
    length: Number(element(text, "<Content-Length>") ?? 0),
    blobType: blobType === BlobType.PAGE ? BlobType.PAGE : blobType === BlobType.APPEND ? BlobType.APPEND : BlobType.BLOCK,
    contentMd5: element(text, "<Content-MD5>") || undefined,
    accessTier: element(text, "<AccessTier>"),
    details: wanted === undefined ? undefined : parseDetails(text, wanted),
  };
}

function nameOf(text: string): string {
  const name = element(text, "<Name>");
  if (name !== undefined) return name;
  // Names with characters that XML cannot hold.
  const encoded = element(text, '<Name Encoded="true">');
  return encoded === undefined ? "" : decodeURIComponent(encoded);
}

/** `tag` with its brackets, so that no string is made to look for it. */
function element(text: string, tag: string): string | undefined {
  const start = text.indexOf(tag);
  if (start === -1) return undefined;
  const from = start + tag.length;
  const value = text.slice(from, text.indexOf("<", from));
  return value.includes("&") ? unescapeXml(value) : value;
}

const CONTENT_HEADERS = [
  ["contentType", "<Content-Type>"],
  ["contentEncoding", "<Content-Encoding>"],
  ["contentLanguage", "<Content-Language>"],
  ["contentDisposition", "<Content-Disposition>"],
  ["cacheControl", "<Cache-Control>"],
] as const;

function parseDetails(text: string, wanted: WantedDetails): ListedDetails {
  const contentHeaders: Record<string, string> = {};
  if (wanted.contentHeaders === true) {
    for (const [name, tag] of CONTENT_HEADERS) {
      const value = element(text, tag);
      if (value) contentHeaders[name] = value;
    }
  }
  return {
    contentHeaders,
    metadata: wanted.metadata === true ? parseMetadata(text) : {},
    tags: wanted.tags === true ? parseTags(text) : {},
    copy: wanted.copy === true ? parseCopy(text) : undefined,
    ...(wanted.snapshots === true ? { snapshot: element(text, "<Snapshot>") } : {}),
  };
}

function parseMetadata(text: string): Record<string, string> {
  const metadata: Record<string, string> = {};
  const start = text.indexOf("<Metadata>");
  if (start === -1) return metadata;
  const section = text.slice(start, text.indexOf("</Metadata>", start));
  for (const [, name, value] of section.matchAll(/<([\w.:-]+)>([^<]*)<\/\1>/g)) {
    if (name !== undefined) metadata[name] = unescapeXml(value ?? "");
  }
  return metadata;
}

function parseCopy(text: string): ListedDetails["copy"] {
  const id = element(text, "<CopyId>");
  const status = element(text, "<CopyStatus>");
  if (id === undefined || status === undefined) return undefined;
  const [copied, total] = (element(text, "<CopyProgress>") ?? "").split("/");
  const completed = Date.parse(element(text, "<CopyCompletionTime>") ?? "");
  const description = element(text, "<CopyStatusDescription>");
  return {
    id,
    status: status as CopyStatus,
    source: withoutSecrets(element(text, "<CopySource>") ?? ""),
    bytesCopied: copied ? Number(copied) : undefined,
    bytesTotal: total ? Number(total) : undefined,
    completedOn: Number.isNaN(completed) ? undefined : new Date(completed),
    statusDescription: description ? redact(description) : undefined,
  };
}
