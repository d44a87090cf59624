import {
  httpDate,
  nextSnapshotId,
  type BlobEntry,
  type BlobState,
  type BlobType,
  type Container,
  type ContentHeaders,
} from "../state/blob-state";
import { containerOf, type Answer, type Call } from "../http/call";
import { checkWriteConditions } from "../state/conditions";
import type { Content } from "../state/content";
import { checkLease } from "../state/lease";
import { checkKey, keyOf } from "../state/customer-key";
import { encryptionScopeOf } from "../state/encryption";
import { ServiceFailure } from "../service-failure";

export interface Destination {
  readonly container: Container;
  readonly entry: BlobEntry | undefined;
  /** undefined when there is no committed blob. */
  readonly blob: BlobState | undefined;
}

/**
 * Rewriting a blob under a legal hold or a policy has never been recorded on the service. The fake
 * service refuses it.
 */
export function checkUnprotected({ legalHold, immutabilityPolicy }: BlobState): void {
  if (legalHold) throw new ServiceFailure("BlobImmutableDueToLegalHold");
  if (immutabilityPolicy !== undefined && Date.parse(immutabilityPolicy.until) > Date.now())
    throw new ServiceFailure("BlobImmutableDueToPolicy");
}

const NAME_LIMIT = 1024;
const SEGMENT_LIMIT = 254;

export function destinationOf(call: Call): Destination {
  if (call.query.snapshot !== undefined) throw new ServiceFailure("InvalidQueryParameterValue");
  if (call.blobName.length > NAME_LIMIT || call.blobName.split("/").length > SEGMENT_LIMIT) throw new ServiceFailure("OutOfRangeInput");
  const container = containerOf(call);
  const entry = container.entry(call.blobName);
  return { container, entry, blob: entry?.base };
}

export interface WriteRules {
  /**
   * The operation replaces a whole blob: `c` is enough for a new one, and an existing one must have
   * this type.
   */
  readonly creates?: BlobType;
  /** Copy Blob and Copy Blob From URL have their own rules for leases. */
  readonly isCopy?: boolean;
  /** One of the few operations that an incremental copy's base blob allows. */
  readonly isForChains?: boolean;
  /** Operations with conditions on two sides report which side's condition failed. */
  readonly hasSource?: boolean;
  readonly ignoresConditions?: boolean;
}

function saysItsSide(call: Call, { hasSource, isCopy }: WriteRules): boolean {
  return (hasSource ?? isCopy) === true && call.world.script.ways.is("destination-condition", "with its side");
}

/**
 * All checks that can refuse a write before it happens: permission, conditions, lease, pending
 * copy, type.
 */
export function checkWrite(call: Call, blob: BlobState | undefined, rules: WriteRules = {}): void {
  if (rules.creates !== undefined && blob !== undefined && !call.may("w")) throw new ServiceFailure("UnauthorizedBlobOverwrite");
  if (!rules.ignoresConditions) checkWriteConditions(call, blob, saysItsSide(call, rules) ? "TargetConditionNotMet" : "ConditionNotMet");
  checkLease(call, blob, "write", rules.isCopy);
  if (blob?.chain !== undefined && rules.isForChains !== true) throw new ServiceFailure("OperationNotAllowedOnIncrementalCopyBlob");
  // Only a write of the whole blob can end a copy. A partial write or another copy cannot.
  const endsCopy = rules.creates !== undefined && rules.isCopy !== true && call.world.script.ways.is("pending-and-writes", "end the copy");
  if (blob?.copy?.status === "pending" && !endsCopy) throw new ServiceFailure("PendingCopyOperation");
  if (rules.creates !== undefined && blob !== undefined && blob.type !== rules.creates) throw new ServiceFailure("InvalidBlobType");
}

/** The blob that an operation changes in place. */
export function existingBlob(call: Call, ...types: readonly BlobType[]): BlobState {
  const { blob } = destinationOf(call);
  if (blob === undefined) throw new ServiceFailure("BlobNotFound");
  if (types.length > 0 && !types.includes(blob.type)) throw new ServiceFailure("InvalidBlobType");
  checkWrite(call, blob);
  return blob;
}

/** In an account that keeps versions, the present blob becomes an earlier version. */
function addVersion({ account }: Call, entry: BlobEntry, state: BlobState): void {
  if (account.rules.keepsVersions !== true || entry.base?.chain !== undefined) return;
  if (entry.base?.versionId !== undefined) entry.versions.set(entry.base.versionId, entry.base);
  state.versionId = nextSnapshotId();
}

/**
 * Replaces the old state by a new one. Lease and creation time stay; uncommitted blocks are
 * dropped.
 */
export function install(call: Call, destination: Destination, state: BlobState): void {
  if (destination.blob !== undefined) checkUnprotected(destination.blob);
  const overwritesFreely = call.world.script.ways.is("overwritten-without-its-key", "taken");
  if (destination.blob?.customerKey !== undefined && !overwritesFreely) checkKey(call, destination.blob);
  state.encryptionScope = encryptionScopeOf(call, destination.container);
  state.customerKey = keyOf(call);
  const entry = destination.entry ?? destination.container.entryOrNew(call.blobName);
  if (entry.base) {
    state.lease = entry.base.lease;
    state.createdOn = entry.base.createdOn;
  }
  addVersion(call, entry, state);
  if (state.type === "BlockBlob" && state.accessTier !== undefined) state.accessTierChangedOn = Date.now();
  entry.base = state;
  if (call.world.script.ways.is("uncommitted-blocks-of-others", "dropped")) entry.uncommitted.clear();
}

const TIERS = ["Hot", "Cool", "Cold", "Smart", "Archive"];
export function accessTierOf(call: Call, type: BlobType, previous?: BlobState): string | undefined {
  const tier = call.header("x-ms-access-tier");
  const keeps = type === "BlockBlob" && call.world.script.ways.is("tier-of-what-is-overwritten", "kept");
  if (tier === undefined) return keeps && previous?.isArchived === false ? previous.accessTier : undefined;
  const known = type === "PageBlob" ? /^P(4|6|10|15|20|30|40|50|60|70|80)$/.test(tier) : type === "BlockBlob" && TIERS.includes(tier);
  if (!known) throw new ServiceFailure("InvalidHeaderValue");
  return tier;
}

/** `x-ms-blob-content-*` and `x-ms-blob-cache-control`. */
export function contentHeadersOf(call: Call): ContentHeaders {
  const headers: Record<string, string> = {};
  const take = (name: keyof ContentHeaders, header: string) => {
    const value = call.header(header);
    if (value !== undefined) headers[name] = value;
  };
  take("contentType", "x-ms-blob-content-type");
  take("contentEncoding", "x-ms-blob-content-encoding");
  take("contentLanguage", "x-ms-blob-content-language");
  take("contentDisposition", "x-ms-blob-content-disposition");
  take("cacheControl", "x-ms-blob-cache-control");
  take("contentMd5", "x-ms-blob-content-md5");
  return headers;
}

/** The answer to a write of content. Other answers do not mention encryption. */
export function written(status: number, blob: BlobState, ...headers: string[]): Answer {
  const scope = blob.encryptionScope === undefined ? [] : ["x-ms-encryption-scope", blob.encryptionScope];
  const key = blob.customerKey === undefined ? [] : ["x-ms-encryption-key-sha256", blob.customerKey];
  return changed(status, blob, "x-ms-request-server-encrypted", "true", ...scope, ...key, ...headers);
}

/** For a write that makes a version, in an account that keeps versions. */
export function versionOf({ versionId }: BlobState): string[] {
  return versionId === undefined ? [] : ["x-ms-version-id", versionId];
}

export function changed(status: number, blob: BlobState, ...headers: string[]): Answer {
  headers.push("ETag", blob.etag, "Last-Modified", httpDate(blob.lastModified));
  return { status, headers };
}

/** The MD5 if the caller sent one to compare with; otherwise the CRC64. */
export function checksum(call: Call, content: Content): string[] {
  const hasMd5 = (call.header("x-ms-source-content-md5") ?? call.header("content-md5")) !== undefined;
  const [name, sum] = hasMd5 ? ["Content-MD5", content.md5()] : ["x-ms-content-crc64", content.crc64()];
  return sum === undefined ? [] : [name, sum];
}
