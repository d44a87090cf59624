import type { ListedBlob, ListedDetails, WantedDetails } from "../../engine/ports/blob-container";
import { BlobType } from "../../intent";
import { type EncryptionKey, usedKeys } from "../credential/encryption-keys";
import { redactForeign } from "../../util/secrets/redact-foreign";
import { word } from "./values/word";
import { sourceIdentity } from "../../util/source-identity";
import { defined } from "../../util/defined";
import { copyProgress } from "./values/copy-progress";
import { immutabilityMode } from "./values/immutability-mode";
import { isDirectoryMark, metadataName } from "./values/metadata-names";
import { copyStatus } from "./response-headers";
import { MalformedXml, parseTags, requireElement, unescapeXml } from "./xml";

export interface ListedPage {
  readonly blobs: readonly ListedBlob[];
  /** Empty after the last page. */
  readonly nextMarker: string;
}

const BLOB = "<Blob>";
const BLOB_END = "</Blob>";
const ARCHIVE = "Archive";

/**
 * The body of List Blobs. A set lists millions of blobs, so this looks for the few elements it needs instead of parsing; the
 * service writes no attributes, no comments and no CDATA but the one attribute that is handled below.
 *
 * @throws MalformedXml for what is not a whole page: a page that is cut off must not be taken for the last one
 */
export function parseListedPage(xml: string, wanted: WantedDetails | undefined, declared?: EncryptionKey): ListedPage {
  requireElement(xml, "EnumerationResults");
  requireElement(xml, "NextMarker");
  const blobs: ListedBlob[] = [];
  const tellsOfKeys = declared !== undefined || xml.includes(KEY_SHA256);
  // The service writes the element for a blob that has none, too.
  const hidesMetadata = wanted?.metadata === true && !xml.includes("<Metadata");
  let position = xml.indexOf(BLOB);
  while (position !== -1) {
    const end = xml.indexOf(BLOB_END, position);
    const usual = isLean(wanted) ? usualBlob(xml, position, end, wanted) : undefined;
    const next = xml.indexOf(BLOB, position + BLOB.length);
    if (end === -1 || (next !== -1 && next < end)) throw new MalformedXml("a blob in the answer has no end");
    const blob = usual ?? parseBlob(xml.slice(position + BLOB.length, end), wanted);
    const known = hidesMetadata ? { ...blob, metadataIsHidden: true as const } : blob;
    blobs.push(tellsOfKeys ? { ...known, ...keysOf(xml.slice(position, end), declared) } : known);
    position = next;
  }
  const tail = xml.lastIndexOf("<NextMarker>");
  return { blobs, nextMarker: tail === -1 ? "" : (element(xml.slice(tail), "<NextMarker>")?.trim() ?? "") };
}

/** Up to an element, and its text; never beyond the properties, so that it is found or not without trying anything twice. */
const upTo = (name: string) => `(?:<(?!${name}>|/Properties>|/Blob>)[^<]*)*<${name}>([^<]*)`;

/** A block blob as the service writes it: one pass of a regular expression is several times faster than a search for each element. */
const USUAL_BLOB = new RegExp(
  `<Blob><Name>([^<]*)${["Last-Modified", "Etag", "Content-Length", "Content-MD5"].map(upTo).join("")}` +
    "(?:<(?!BlobType>|/Properties>|/Blob>)[^<]*)*<BlobType>BlockBlob(?:<(?!AccessTier>|/Properties>|/Blob>)[^<]*)*(?:<AccessTier>([^<]*))?",
  "y",
);

/** Details that most blobs have none of. */
function isLean(wanted: WantedDetails | undefined): boolean {
  return wanted === undefined || !(wanted.headers === true || wanted.tags === true || wanted.snapshots === true);
}

/** undefined for a blob that is written in another way. */
function usualBlob(xml: string, position: number, end: number, wanted: WantedDetails | undefined): ListedBlob | undefined {
  USUAL_BLOB.lastIndex = position;
  const found = USUAL_BLOB.exec(xml);
  if (found === null) return undefined;
  const [, name = "", lastModified = "", etag = "", length, contentMd5 = "", tier] = found;
  const details = wanted === undefined ? undefined : parseDetails(xml.slice(position, end), wanted);
  return blobOf({
    name: unescaped(name),
    etag,
    lastModified,
    length,
    blobType: BlobType.BLOCK,
    contentMd5,
    tier,
    archiveStatus: tier === ARCHIVE ? element(xml.slice(position, end), "<ArchiveStatus>") : undefined,
    isDirectory: length === "0" && isDirectory(xml.slice(position, end), details?.metadata),
    details,
  });
}

/** It is the SHA-256 of the key that a blob is encrypted with. */
const KEY_SHA256 = "<CustomerProvidedKeySha256>";

function keysOf(text: string, declared: EncryptionKey | undefined): Pick<ListedBlob, "keys" | "metadataIsHidden"> {
  const keys = usedKeys(element(text, KEY_SHA256), declared);
  return { ...defined({ keys }), ...(text.includes('<Metadata Encrypted="true"') ? { metadataIsHidden: true } : {}) };
}

/** An account with a hierarchical namespace lists its directories, too, as blobs without content. */
function isDirectory(text: string, metadata: Readonly<Record<string, string>> | undefined): boolean {
  if (element(text, "<ResourceType>") === "directory") return true;
  return metadata !== undefined && isDirectoryMark(metadata);
}

interface BlobTexts extends Omit<ListedBlob, "length" | "contentMd5" | "archiveStatus"> {
  readonly length: string | undefined;
  readonly archiveStatus: string | undefined;
  /** Empty for none. */
  readonly contentMd5: string;
}

/** With one string of its own for each blob: slices of the page would keep all of it, which is five times what is kept of it. */
function blobOf(texts: BlobTexts): ListedBlob {
  const { name, archiveStatus = "" } = texts;
  // A server may break lines within an element that is empty.
  const [etag, lastModified, contentMd5] = [texts.etag.trim(), texts.lastModified.trim(), texts.contentMd5.trim()] as const;
  const quoted = etag.startsWith('"') ? etag : `"${etag}"`;
  const own = `${name}${quoted}${lastModified}${contentMd5}${archiveStatus}`;
  const etagEnd = name.length + quoted.length;
  const timeEnd = etagEnd + lastModified.length;
  const md5End = timeEnd + contentMd5.length;
  return {
    name: own.slice(0, name.length),
    etag: own.slice(name.length, etagEnd),
    lastModified: own.slice(etagEnd, timeEnd),
    length: Number(texts.length ?? 0),
    blobType: texts.blobType,
    contentMd5: contentMd5 === "" ? undefined : own.slice(timeEnd, md5End),
    tier: texts.tier?.trim() === "" ? undefined : texts.tier,
    details: texts.details,
    ...(archiveStatus === "" ? {} : { archiveStatus: own.slice(md5End) }),
    ...(texts.isDirectory === true ? { isDirectory: true } : {}),
    ...(texts.isChain === true ? { isChain: true } : {}),
  };
}

function unescaped(text: string): string {
  return text.includes("&") ? unescapeXml(text) : text;
}

function parseBlob(text: string, wanted: WantedDetails | undefined): ListedBlob {
  const blobType = element(text, "<BlobType>");
  const details = wanted === undefined ? undefined : parseDetails(text, wanted);
  const length = element(text, "<Content-Length>");
  return blobOf({
    name: nameOf(text),
    etag: element(text, "<Etag>") ?? "",
    lastModified: element(text, "<Last-Modified>") ?? "",
    length,
    blobType: blobType === BlobType.PAGE ? BlobType.PAGE : blobType === BlobType.APPEND ? BlobType.APPEND : BlobType.BLOCK,
    contentMd5: element(text, "<Content-MD5>") ?? "",
    tier: element(text, "<AccessTier>"),
    archiveStatus: element(text, "<ArchiveStatus>"),
    isDirectory: Number(length ?? 0) === 0 && isDirectory(text, details?.metadata),
    isChain: element(text, "<IncrementalCopy>") === "true",
    details,
  });
}

function nameOf(text: string): string {
  const name = element(text, "<Name>");
  if (name !== undefined) return name;
  // Names with characters that XML cannot hold.
  const encoded = element(text, '<Name Encoded="true">');
  if (encoded === undefined) throw new MalformedXml("a blob in the answer has no name");
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new MalformedXml("a blob in the answer has a name that is not escaped as announced");
  }
}

/** `tag` with its brackets, so that no string is made to look for it. */
function element(text: string, tag: string): string | undefined {
  const start = text.indexOf(tag);
  if (start === -1) return undefined;
  const from = start + tag.length;
  return unescaped(text.slice(from, text.indexOf("<", from)));
}

const CONTENT_HEADERS = [
  ["contentType", "<Content-Type>"],
  ["contentEncoding", "<Content-Encoding>"],
  ["contentLanguage", "<Content-Language>"],
  ["contentDisposition", "<Content-Disposition>"],
  ["cacheControl", "<Cache-Control>"],
] as const;

/** One for all: a set has millions of blobs. */
const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

function parseDetails(text: string, wanted: WantedDetails): ListedDetails {
  return {
    headers: wanted.headers === true ? parseHeaders(text) : NOTHING,
    metadata: wanted.metadata === true ? parseMetadata(text) : NOTHING,
    tags: wanted.tags === true ? parseTags(text) : NOTHING,
    copy: wanted.copy === true ? parseCopy(text) : undefined,
    ...(wanted.shown === true ? { shown: parseShown(text) } : {}),
    ...(wanted.snapshots === true ? { snapshot: element(text, "<Snapshot>") } : {}),
  };
}

function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, tag] of CONTENT_HEADERS) {
    const value = element(text, tag)?.trim();
    if (value) headers[name] = detached(value);
  }
  return headers;
}

function parseMetadata(text: string): Readonly<Record<string, string>> {
  const start = text.indexOf("<Metadata>");
  if (start === -1) return NOTHING;
  const section = text.slice(start, text.indexOf("</Metadata>", start));
  const elements = section.matchAll(/<([\w.:-]+)>([^<]*)<\/\1>/g);
  return Object.fromEntries(
    Array.from(elements, ([, name = "", value = ""]) => [detached(metadataName(name)), detached(unescapeXml(value))]),
  );
}

function parseShown(text: string): ListedDetails["shown"] {
  const encryptionScope = element(text, "<EncryptionScope>");
  const until = element(text, "<ImmutabilityPolicyUntilDate>");
  const policy = until ? { until: detached(until), mode: immutabilityMode(element(text, "<ImmutabilityPolicyMode>")) } : undefined;
  return defined({
    encryptionScope: encryptionScope ? detached(encryptionScope) : undefined,
    seal: element(text, "<Sealed>") === "true" ? true : undefined,
    legalHold: element(text, "<LegalHold>") === "true" ? true : undefined,
    immutabilityPolicy: policy,
  });
}

function parseCopy(text: string): ListedDetails["copy"] {
  const id = word(element(text, "<CopyId>"));
  const status = copyStatus(element(text, "<CopyStatus>"));
  if (id === undefined || status === undefined) return undefined;
  const completed = Date.parse(element(text, "<CopyCompletionTime>") ?? "");
  const description = element(text, "<CopyStatusDescription>");
  return {
    id: detached(id),
    status,
    source: sourceIdentity(element(text, "<CopySource>") ?? ""),
    ...copyProgress(element(text, "<CopyProgress>")),
    completedOn: Number.isNaN(completed) ? undefined : new Date(completed),
    statusDescription: description ? redactForeign(description) : undefined,
  };
}

/** Shorter ones are no slices. */
const SHORTEST_SLICE = 13;

/** The same text without the page of which it is a slice. */
function detached(text: string): string {
  return text.length < SHORTEST_SLICE ? text : ` ${text}`.slice(1);
}
