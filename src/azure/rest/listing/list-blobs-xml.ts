import type { ListedBlob, WantedDetails } from "../../../engine/ports/blob-container";
import { BlobType } from "../../../intent";
import { type EncryptionKey, usedKeys } from "../../credential/encryption-keys";
import { defined } from "../../../util/defined";
import { BlobsOfPage } from "./blobs-of-page";
import { isDirectoryMark } from "../values/metadata-names";
import { parseListedDetails } from "./listed-details";
import { MalformedXml, requireElement, textAfter, unescapeXml } from "../xml";

export interface ListedPage {
  readonly blobs: readonly ListedBlob[];
  /** Empty after the last page. */
  readonly nextMarker: string;
}

const ARCHIVE = "Archive";

/**
 * Parses the body of List Blobs. A set lists millions of blobs, so this searches for the few
 * elements that it needs instead of parsing the XML. The service writes no comments, no CDATA, and
 * no attributes except those that are handled below.
 *
 * @throws MalformedXml for an incomplete page: a page that is cut off must not be taken for the
 * last one
 */
export function parseListedPage(xml: string, wanted: WantedDetails | undefined, declared?: EncryptionKey): ListedPage {
  const blobs: ListedBlob[] = [];
  const tellsOfKeys = declared !== undefined || xml.includes(KEY_SHA256);
  // The service writes the element even for a blob without metadata.
  const hidesMetadata = wanted?.metadata === true && !xml.includes("<Metadata");
  const page = new BlobsOfPage(xml);
  while (page.next()) {
    const usual = isLean(wanted) ? usualBlob(xml, page, wanted) : undefined;
    const blob = usual ?? parseBlob(page, wanted);
    const known = hidesMetadata ? { ...blob, metadataIsHidden: true as const } : blob;
    blobs.push(tellsOfKeys ? { ...known, ...keysOf(page.own, declared) } : known);
  }
  const { surroundings } = page;
  requireElement(surroundings, "EnumerationResults");
  requireElement(surroundings, "NextMarker");
  return { blobs, nextMarker: textAfter(surroundings, "<NextMarker>")?.trim() ?? "" };
}

/**
 * Matches up to an element, and its text. It never goes beyond the properties, so that it needs no
 * backtracking.
 */
const upTo = (name: string) => `(?:<(?!${name}>|/Properties>|/Blob>)[^<]*)*<${name}>([^<]*)`;

/**
 * A block blob as the service writes it. One pass of a regular expression is several times faster
 * than a search for each element.
 */
const USUAL_BLOB = new RegExp(
  `<Blob><Name>([^<]*)${["Last-Modified", "Etag", "Content-Length", "Content-MD5"].map(upTo).join("")}` +
    "(?:<(?!BlobType>|/Properties>|/Blob>)[^<]*)*<BlobType>BlockBlob(?:<(?!AccessTier>|/Properties>|/Blob>)[^<]*)*(?:<AccessTier>([^<]*))?",
  "y",
);

/** Whether no details are wanted, or only those that most blobs do not have. */
function isLean(wanted: WantedDetails | undefined): boolean {
  return wanted === undefined || !(wanted.headers === true || wanted.tags === true || wanted.snapshots === true);
}

/** Returns undefined for a blob that is written in another way. */
function usualBlob(xml: string, page: BlobsOfPage, wanted: WantedDetails | undefined): ListedBlob | undefined {
  USUAL_BLOB.lastIndex = page.begin;
  const found = USUAL_BLOB.exec(xml);
  if (found === null) return undefined;
  const [, name = "", lastModified = "", etag = "", length, contentMd5 = "", tier] = found;
  const details = wanted === undefined ? undefined : parseListedDetails(page, wanted);
  return blobOf({
    name: unescapeXml(name),
    etag,
    lastModified,
    length,
    blobType: BlobType.BLOCK,
    contentMd5,
    tier,
    archiveStatus: tier === ARCHIVE ? textAfter(page.own, "<ArchiveStatus>") : undefined,
    isDirectory: length === "0" && isDirectory(page.own, details?.metadata),
    details,
  });
}

/** The SHA-256 of the key with which a blob is encrypted. */
const KEY_SHA256 = "<CustomerProvidedKeySha256>";

function keysOf(text: string, declared: EncryptionKey | undefined): Pick<ListedBlob, "keys" | "metadataIsHidden"> {
  const keys = usedKeys(textAfter(text, KEY_SHA256), declared);
  return { ...defined({ keys }), ...(text.includes('<Metadata Encrypted="true"') ? { metadataIsHidden: true } : {}) };
}

/**
 * An account with a hierarchical namespace also lists its directories, as blobs without content.
 */
function isDirectory(text: string, metadata: Readonly<Record<string, string>> | undefined): boolean {
  if (textAfter(text, "<ResourceType>") === "directory") return true;
  return metadata !== undefined && isDirectoryMark(metadata);
}

interface BlobTexts extends Omit<ListedBlob, "length" | "contentMd5" | "archiveStatus"> {
  readonly length: string | undefined;
  readonly archiveStatus: string | undefined;
  /** Empty for none. */
  readonly contentMd5: string;
}

/**
 * Makes one string for each blob. Slices of the page would keep all of the page in memory, which is
 * five times as large as the parts that are kept.
 */
function blobOf(texts: BlobTexts): ListedBlob {
  const { name, archiveStatus = "" } = texts;
  // A server may break lines within an empty element.
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
    length: lengthOf(texts.length),
    blobType: texts.blobType,
    contentMd5: contentMd5 === "" ? undefined : own.slice(timeEnd, md5End),
    tier: texts.tier?.trim() === "" ? undefined : texts.tier,
    details: texts.details,
    ...(archiveStatus === "" ? {} : { archiveStatus: own.slice(md5End) }),
    ...(texts.isDirectory === true ? { isDirectory: true } : {}),
    ...(texts.isChain === true ? { isChain: true } : {}),
  };
}

/** A blob without a length could not be copied, because it would count as empty. */
function lengthOf(text = ""): number {
  if (!/^\s*\d+\s*$/.test(text)) throw new MalformedXml("a blob in the answer has no length");
  return Number(text);
}

function parseBlob(page: BlobsOfPage, wanted: WantedDetails | undefined): ListedBlob {
  const text = page.own;
  const blobType = textAfter(text, "<BlobType>");
  const details = wanted === undefined ? undefined : parseListedDetails({ own: text, metadata: page.metadata }, wanted);
  const length = textAfter(text, "<Content-Length>");
  return blobOf({
    name: nameOf(text),
    etag: textAfter(text, "<Etag>") ?? "",
    lastModified: textAfter(text, "<Last-Modified>") ?? "",
    length,
    blobType: blobType === BlobType.PAGE ? BlobType.PAGE : blobType === BlobType.APPEND ? BlobType.APPEND : BlobType.BLOCK,
    contentMd5: textAfter(text, "<Content-MD5>") ?? "",
    tier: textAfter(text, "<AccessTier>"),
    archiveStatus: textAfter(text, "<ArchiveStatus>"),
    isDirectory: Number(length ?? 0) === 0 && isDirectory(text, details?.metadata),
    isChain: textAfter(text, "<IncrementalCopy>") === "true",
    details,
  });
}

function nameOf(text: string): string {
  const name = textAfter(text, "<Name>");
  if (name !== undefined) return name;
  // For names with characters that XML cannot contain.
  const encoded = textAfter(text, '<Name Encoded="true">');
  if (encoded === undefined) throw new MalformedXml("a blob in the answer has no name");
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new MalformedXml("a blob in the answer has a name that is not escaped as announced");
  }
}
