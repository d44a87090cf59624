import { type BlobState, type Container, httpDate } from "../state/blob-state";
import { containerOf, type Answer, type Call } from "../http/call";
import { isLeaseActive, leaseState } from "../state/lease";
import { tagsXml } from "../state/metadata-and-tags";
import { escapeXml, ServiceFailure } from "../service-failure";

const PAGE_LIMIT = 5_000;

interface Include {
  readonly snapshots: boolean;
  readonly metadata: boolean;
  readonly copy: boolean;
  readonly hidesPending: boolean;
  readonly tags: boolean;
  readonly uncommitted: boolean;
  readonly policies: boolean;
  readonly holds: boolean;
  /** The properties written last. */
  last?: { readonly blob: BlobState; readonly properties: string };
}

function element(name: string, value: string | number | undefined): string {
  return value === undefined || value === "" ? "" : `<${name}>${typeof value === "string" ? escapeXml(value) : value}</${name}>`;
}

/** Writes the element also when it is empty. */
function told(name: string, value: string | undefined): string {
  return element(name, value) || `<${name} />`;
}

function nameElement(name: string): string {
  // Characters that XML cannot hold.
  return /[^\t\n\r\u0020-\uFFFD]/.test(name)
    ? `<Name Encoded="true">${encodeURIComponent(name)}</Name>`
    : `<Name>${escapeXml(name)}</Name>`;
}

function copyElements(blob: BlobState): string {
  const { copy } = blob;
  if (copy === undefined) return "";
  return (
    `<CopyId>${copy.id}</CopyId>${element("CopySource", copy.source)}<CopyStatus>${copy.status}</CopyStatus>` +
    `<CopyProgress>${copy.bytesCopied}/${copy.bytesTotal}</CopyProgress>` +
    (copy.completedOn === undefined ? "" : element("CopyCompletionTime", httpDate(copy.completedOn))) +
    element("CopyStatusDescription", copy.statusDescription)
  );
}

function tierElements(blob: BlobState): string {
  const inferred = blob.type === "BlockBlob" && blob.accessTier === undefined;
  return (
    element("AccessTier", inferred ? "Hot" : blob.accessTier) +
    (inferred ? "<AccessTierInferred>true</AccessTierInferred>" : "") +
    element("ArchiveStatus", blob.archiveStatus)
  );
}

function leaseElements(blob: BlobState): string {
  if (blob.lease === undefined) return "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState>";
  const state = leaseState(blob.lease);
  const duration = state === "leased" ? element("LeaseDuration", blob.lease.duration === -1 ? "infinite" : "fixed") : "";
  return `<LeaseStatus>${isLeaseActive(blob.lease) ? "locked" : "unlocked"}</LeaseStatus><LeaseState>${state}</LeaseState>${duration}`;
}

function blobElement(name: string, blob: BlobState, snapshot: string | undefined, include: Include): string {
  return `<Blob>${nameElement(name)}${element("Snapshot", snapshot)}${propertiesOf(blob, snapshot, include)}</Blob>`;
}

/** All elements except the name. A container by rule has the same ones for a whole page. */
function propertiesOf(blob: BlobState, snapshot: string | undefined, include: Include): string {
  if (include.last?.blob === blob && snapshot === undefined) return include.last.properties;
  const properties = writeProperties(blob, snapshot, include);
  if (snapshot === undefined) include.last = { blob, properties };
  return properties;
}

function writeProperties(blob: BlobState, snapshot: string | undefined, include: Include): string {
  const { headers } = blob;
  let xml =
    `<Properties><Creation-Time>${httpDate(blob.createdOn)}</Creation-Time>` +
    `<Last-Modified>${httpDate(blob.lastModified)}</Last-Modified><Etag>${blob.etag.slice(1, -1)}</Etag><Content-Length>${blob.content.length}</Content-Length>` +
    `<Content-Type>${escapeXml(headers.contentType ?? "application/octet-stream")}</Content-Type>${told("Content-Encoding", headers.contentEncoding)}` +
    `${told("Content-Language", headers.contentLanguage)}<Content-CRC64 />${told("Content-MD5", headers.contentMd5)}` +
    `${told("Cache-Control", headers.cacheControl)}${told("Content-Disposition", headers.contentDisposition)}<BlobType>${blob.type}</BlobType>${tierElements(blob)}`;
  if (blob.type === "PageBlob") xml += `<x-ms-blob-sequence-number>${blob.sequenceNumber}</x-ms-blob-sequence-number>`;
  if (snapshot === undefined) xml += leaseElements(blob);
  if (include.copy && !(include.hidesPending && blob.copy?.status === "pending")) xml += copyElements(blob);
  // As an account with a hierarchical namespace does.
  if (blob.metadata.hdi_isfolder === "true") xml += "<ResourceType>directory</ResourceType>";
  xml += `<ServerEncrypted>true</ServerEncrypted>${element("CustomerProvidedKeySha256", blob.customerKey)}${element("EncryptionScope", blob.encryptionScope)}`;
  if (include.policies && blob.immutabilityPolicy !== undefined) {
    const { until, mode } = blob.immutabilityPolicy;
    xml += `${element("ImmutabilityPolicyUntilDate", until)}${element("ImmutabilityPolicyMode", mode)}`;
  }
  if (blob.chain !== undefined) xml += "<IncrementalCopy>true</IncrementalCopy>";
  if (blob.isSealed) xml += "<Sealed>true</Sealed>";
  if (include.holds && blob.legalHold) xml += "<LegalHold>true</LegalHold>";
  const tagCount = Object.keys(blob.tags).length;
  if (tagCount > 0) xml += `<TagCount>${tagCount}</TagCount>`;
  xml += "</Properties>";
  if (include.metadata && blob.customerKey !== undefined) {
    xml += '<Metadata Encrypted="true" />';
  } else if (include.metadata) {
    const pairs = Object.keys(blob.metadata).map((key) => told(key, blob.metadata[key]));
    xml += pairs.length === 0 ? "<Metadata />" : `<Metadata>${pairs.join("")}</Metadata>`;
  }
  if (include.tags && tagCount > 0) xml += tagsXml(blob.tags);
  return `${xml}<OrMetadata />`;
}

function firstIndexFrom(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((names[middle] ?? "") < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Elements for one name: its snapshots, oldest first, then the blob itself. */
function elementsOf(container: Container, name: string, include: Include): string[] {
  const entry = container.entry(name);
  if (entry === undefined) return [];
  const elements: string[] = [];
  if (include.snapshots) for (const [id, snapshot] of entry.snapshots) elements.push(blobElement(name, snapshot, id, include));
  if (entry.base !== undefined) {
    elements.push(blobElement(name, entry.base, undefined, include));
  } else if (include.uncommitted) {
    elements.push(
      `<Blob>${nameElement(name)}<Properties><Last-Modified>${httpDate(container.lastModified)}</Last-Modified><Etag>${container.etag.slice(1, -1)}</Etag>` +
        "<Content-Length>0</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>",
    );
  }
  return elements;
}

function parseMarker(marker: string | undefined): readonly [string, number] {
  if (!marker) return ["", 0];
  const [, skip, name] = /^(\d+) (.*)$/s.exec(Buffer.from(marker, "base64url").toString()) ?? [];
  if (skip === undefined || name === undefined) throw new ServiceFailure("InvalidQueryParameterValue");
  return [name, Number(skip)];
}

function markerOf(name: string, skip: number): string {
  return Buffer.from(`${skip} ${name}`).toString("base64url");
}

/** Inclusive; empty for none. */
function startFromOf({ query, world, account }: Call): string {
  const { startfrom = "" } = query;
  const rule = startfrom === "" ? "ignored" : world.script.startFromRule(account.name);
  if (rule === "refused") throw new ServiceFailure("InvalidQueryParameterValue");
  return rule === "honoured" ? startfrom : "";
}

/**
 * List Blobs, flat or by delimiter. The marker holds the next name, and the number of its elements
 * already sent.
 */
export function listBlobs(call: Call): Answer {
  const container = containerOf(call);
  const { query } = call;
  const included = new Set((query.include ?? "").split(","));
  const include: Include = {
    snapshots: included.has("snapshots"),
    metadata: included.has("metadata"),
    copy: included.has("copy"),
    hidesPending: call.world.script.ways.is("pending-copy-in-listing", "hidden"),
    tags: included.has("tags"),
    uncommitted: included.has("uncommittedblobs"),
    policies: included.has("immutabilitypolicy"),
    holds: included.has("legalhold"),
  };
  if (include.snapshots && query.delimiter) throw new ServiceFailure("InvalidQueryParameterValue");
  if (include.tags && !call.may("t")) throw new ServiceFailure("AuthorizationPermissionMismatch");
  const limit = query.maxresults === undefined ? PAGE_LIMIT : Number(query.maxresults);
  if (!(Number.isInteger(limit) && limit > 0)) throw new ServiceFailure("OutOfRangeInput");
  const { prefix = "", delimiter = "", endbefore } = query;
  const startfrom = startFromOf(call);
  const [markedName, markedSkip] = parseMarker(query.marker);
  const names = container.sortedNames();
  const most = Math.min(limit, PAGE_LIMIT);
  const parts: string[] = [];
  let next = "";
  let index = firstIndexFrom(
    names,
    [prefix, startfrom, markedName].reduce((one, other) => (one > other ? one : other)),
  );
  for (; index < names.length; index++) {
    const name = names[index] ?? "";
    if (!name.startsWith(prefix) || (endbefore !== undefined && name >= endbefore)) break;
    if (parts.length >= most) {
      next = markerOf(name, 0);
      break;
    }
    const end = delimiter === "" ? -1 : name.indexOf(delimiter, prefix.length);
    if (end !== -1) {
      const folder = name.slice(0, end + delimiter.length);
      parts.push(`<BlobPrefix>${nameElement(folder)}</BlobPrefix>`);
      while (names[index + 1]?.startsWith(folder)) index++;
      continue;
    }
    const skip = name === markedName ? markedSkip : 0;
    const elements = elementsOf(container, name, include).slice(skip);
    const room = most - parts.length;
    parts.push(...elements.slice(0, room));
    if (elements.length > room) {
      next = markerOf(name, skip + room);
      break;
    }
  }
  const endpoint = `http://${call.world.blobHost}/${call.account.name}/`;
  return {
    status: 200,
    headers: ["Content-Type", "application/xml"],
    body:
      `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="${endpoint}" ContainerName="${container.name}">` +
      `${element("Prefix", prefix)}${element("Marker", query.marker)}${element("MaxResults", query.maxresults)}${element("Delimiter", delimiter)}` +
      `<Blobs>${parts.join("")}</Blobs>${told("NextMarker", next)}</EnumerationResults>`,
  };
}
