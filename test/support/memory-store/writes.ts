import type { CopyRequest, StartedCopy, WriteRequest, WriteResult } from "../../../src/engine/ports/requests";
import { BlobType } from "../../../src/intent";
import type { BlobName, BlobState } from "./blob";
import type { Content } from "./content";
import { Refusal } from "./script";
import type { MemoryService } from "./service";

const LONGEST_TAGS_HEADER = 2_048;

/** The destination's state after a request that copies a whole source. */
export function copied(service: MemoryService, name: BlobName, request: CopyRequest, leaseId: string | undefined, type?: BlobType) {
  const { destinationConditions, properties = {} } = request;
  const existing = service.checkWrite(name, {
    conditions: destinationConditions,
    isCopy: type === undefined,
    leaseId,
  });
  const source = service.resolve(request.source.url);
  if (source.copy?.status === "pending") throw new Refusal(409, "PendingCopyOperation");
  const { ifMatch } = request.sourceConditions ?? {};
  if (ifMatch !== undefined && ifMatch !== source.etag) throw new Refusal(412, "SourceConditionNotMet");
  checkOverwrite(name, existing, type ?? source.type, type === undefined);
  const { metadata: given = {} } = properties;
  const kept = type !== undefined && service.putBlobLeavesMetadata ? {} : source.metadata;
  const metadata = Object.keys(given).length === 0 ? kept : given;
  const state = {
    type: type ?? source.type,
    content: source.content,
    contentHeaders: source.contentHeaders,
    contentMd5: source.contentMd5,
    isSealed: type === undefined ? (properties.seal ?? source.isSealed) : undefined,
    metadata,
    tags: properties.tagsOfSource === true ? source.tags : tagsHeader(properties.tags),
    tier: properties.tier,
    encryptionScope: properties.encryptionScope,
  };
  return { state, source };
}

/** Starts an incremental copy, which adds its snapshot when it ends. */
export function addedToChain(service: MemoryService, name: BlobName, request: Pick<CopyRequest, "source" | "destinationConditions">) {
  const { url } = request.source;
  const chainOf = url.replace(/[?#].*$/, "");
  const existing = service.checkWrite(name, { conditions: request.destinationConditions, isCopy: true, isIncremental: true });
  if (!/[?&]snapshot=/.test(url)) throw new Refusal(409, "IncrementalCopySourceMustBeSnapshot");
  const { type, content, contentHeaders, contentMd5, metadata } = service.resolve(url);
  if (type !== BlobType.PAGE) throw new Refusal(409, "InvalidSourceBlobType");
  if (existing !== undefined && existing.chainOf !== chainOf)
    throw new Refusal(409, existing.chainOf === undefined ? "OperationNotAllowedOnIncrementalCopyBlob" : "IncrementalCopyBlobMismatch");
  return service.startCopy(name, url, { type, content, contentHeaders, contentMd5, metadata, tags: {}, tier: undefined, chainOf });
}

/** The destination's state after a request that contains all of it. */
export function created(
  service: MemoryService,
  name: BlobName,
  request: WriteRequest,
  leaseId: string | undefined,
  type: BlobType,
  content: Content,
): Omit<BlobState, "etag" | "lastModified"> {
  const { destinationConditions, properties = {} } = request;
  const existing = service.checkWrite(name, { conditions: destinationConditions, leaseId });
  checkOverwrite(name, existing, type, false);
  return {
    type,
    content,
    contentHeaders: { ...properties.headers },
    contentMd5: properties.contentMd5,
    metadata: { ...properties.metadata },
    tags: tagsHeader(properties.tags),
    tier: properties.tier,
    encryptionScope: properties.encryptionScope,
    copy: undefined,
  };
}

export function written(blob: BlobState): WriteResult {
  return { etag: blob.etag, lastModified: new Date(blob.lastModified), versionId: undefined, contentMd5: blob.contentMd5 };
}

export function writtenCopy(blob: BlobState): StartedCopy {
  if (blob.copy === undefined) throw new Error("not a copy");
  return { ...written(blob), copyId: blob.copy.id, status: blob.copy.status };
}

/**
 * A blob's snapshots have its type, so a blob with snapshots cannot change its type. Copy Blob
 * never changes a type.
 */
function checkOverwrite(name: BlobName, existing: BlobState | undefined, type: BlobType, isCopy: boolean): void {
  if (existing === undefined) return;
  if (existing.tier === "Archive") throw new Refusal(409, "BlobArchived");
  checkUnprotected(existing);
  if (existing.type !== type && (isCopy || name.snapshots.size > 0)) throw new Refusal(409, "InvalidBlobType");
}

/** Immutability support for versions. */
export function checkUnprotected({ legalHold, immutabilityPolicy }: BlobState): void {
  if (legalHold === true) throw new Refusal(409, "BlobImmutableDueToLegalHold");
  if (immutabilityPolicy !== undefined) throw new Refusal(409, "BlobImmutableDueToPolicy");
}

function tagsHeader(tags: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  if (new URLSearchParams(tags).toString().length > LONGEST_TAGS_HEADER) throw new Refusal(400, "InvalidHeaderValue");
  return { ...tags };
}
