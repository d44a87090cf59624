import { createHash } from "node:crypto";
import { BlobState, nextSnapshotId, type BlobType, type Pairs } from "../state/blob-state";
import { containerOf, type Answer, type Call } from "../http/call";
import { checkWriteConditions } from "../state/conditions";
import { Content } from "../state/content";
import {
  accessTierOf,
  changed,
  checkWrite,
  contentHeadersOf,
  destinationOf,
  existingBlob,
  install,
  versionOf,
  written,
  checkUnprotected,
} from "./destination";
import { checkKey } from "../state/customer-key";
import { checkEncryption } from "../state/encryption";
import { checkLease } from "../state/lease";
import { metadataOf, parseTags, tagsOf } from "../state/metadata-and-tags";
import { md5Mismatch, ServiceFailure } from "../service-failure";

export function checkBodyMd5(call: Call): void {
  const md5 = call.header("content-md5");
  if (md5 !== undefined && createHash("md5").update(call.body).digest("base64") !== md5) {
    throw md5Mismatch(md5, createHash("md5").update(call.body).digest("base64"));
  }
}

export function integerHeader(call: Call, name: string): number | undefined {
  const text = call.header(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new ServiceFailure("InvalidHeaderValue");
  return Number(text);
}

function putContent(call: Call, type: BlobType): Content {
  if (type === "BlockBlob") return Content.of(call.body);
  if (call.body.length > 0) throw new ServiceFailure("InvalidInput", { message: "Only a block blob may be put with content." });
  if (type === "AppendBlob") return Content.EMPTY;
  const length = integerHeader(call, "x-ms-blob-content-length");
  if (length === undefined) throw new ServiceFailure("MissingRequiredHeader");
  if (length % 512 !== 0) throw new ServiceFailure("InvalidHeaderValue");
  return Content.hole(length);
}

export function putBlob(call: Call): Answer {
  const type = call.header("x-ms-blob-type");
  if (type !== "BlockBlob" && type !== "PageBlob" && type !== "AppendBlob") {
    throw new ServiceFailure(type === undefined ? "MissingRequiredHeader" : "InvalidHeaderValue");
  }
  const metadata = metadataOf(call);
  const tags = tagsOf(call);
  const destination = destinationOf(call);
  checkWrite(call, destination.blob, { creates: type });
  if (destination.blob?.isArchived) throw new ServiceFailure("BlobArchived");
  checkBodyMd5(call);
  const state = new BlobState(type);
  state.content = putContent(call, type);
  state.metadata = metadata ?? {};
  state.tags = tags ?? {};
  const contentType = call.header("content-type");
  state.headers = { ...(contentType && { contentType }), ...contentHeadersOf(call) };
  state.sequenceNumber = integerHeader(call, "x-ms-blob-sequence-number") ?? 0;
  state.accessTier = accessTierOf(call, type, destination.blob);
  const hasMd5 =
    type === "BlockBlob" && (state.content.length > 0 || call.world.script.ways.is("empty-blobs-are-listed-with-md5-or-not", "with it"));
  const md5 = hasMd5 ? state.content.md5() : undefined;
  if (md5 !== undefined && state.headers.contentMd5 === undefined) state.headers = { ...state.headers, contentMd5: md5 };
  install(call, destination, state);
  return written(201, state, ...versionOf(state), ...(md5 === undefined ? [] : ["Content-MD5", md5]));
}

export function setBlobMetadata(call: Call): Answer {
  const metadata = metadataOf(call);
  const blob = existingBlob(call);
  const { account } = call;
  const { entry } = destinationOf(call);
  // The metadata of an archived blob can be read but not written.
  if (blob.isArchived) throw new ServiceFailure("BlobArchived");
  checkUnprotected(blob);
  checkEncryption(call, containerOf(call), blob);
  if (account.rules.keepsVersions === true && entry !== undefined && blob.versionId !== undefined) {
    entry.versions.set(blob.versionId, blob.clone());
    blob.versionId = nextSnapshotId();
  }
  blob.metadata = metadata ?? {};
  if (call.world.script.ways.is("copy-properties-and-set-metadata", "taken away")) blob.copy = undefined;
  blob.touch();
  return written(200, blob, ...versionOf(blob));
}

/** Set Blob Properties: replaces all headers, and forgets the last copy. */
export function setBlobProperties(call: Call): Answer {
  const blob = existingBlob(call);
  checkUnprotected(blob);
  if (call.world.script.ways.is("headers-of-what-has-a-key", "refused")) checkKey(call, blob);
  const length = integerHeader(call, "x-ms-blob-content-length");
  const action = call.header("x-ms-sequence-number-action");
  if (length === undefined && action === undefined) blob.headers = contentHeadersOf(call);
  if (length !== undefined) {
    if (blob.type !== "PageBlob") throw new ServiceFailure("InvalidBlobType");
    if (length % 512 !== 0) throw new ServiceFailure("InvalidHeaderValue");
    blob.content = blob.content.resize(length);
  }
  if (action !== undefined) {
    const given = integerHeader(call, "x-ms-blob-sequence-number") ?? 0;
    blob.sequenceNumber =
      action === "increment" ? blob.sequenceNumber + 1 : action === "max" ? Math.max(given, blob.sequenceNumber) : given;
  }
  if (call.world.script.ways.is("copy-properties-and-set-headers", "taken away")) blob.copy = undefined;
  blob.touch();
  return changed(200, blob, ...(blob.type === "PageBlob" ? ["x-ms-blob-sequence-number", String(blob.sequenceNumber)] : []));
}

/** Set Blob Tags: does not change ETag and Last-Modified. */
export function setBlobTags(call: Call): Answer {
  const { blob } = destinationOf(call);
  if (blob === undefined) throw new ServiceFailure("BlobNotFound");
  checkBodyMd5(call);
  const tags: Pairs = parseTags(call.body.toString());
  // This operation has its own name for the condition on the ETag.
  const ifMatch = call.header("x-ms-blob-if-match");
  if (ifMatch !== undefined && ifMatch !== blob.etag) throw new ServiceFailure("ConditionNotMet");
  checkWrite(call, blob, { isForChains: true });
  blob.tags = tags;
  return { status: 204, headers: [] };
}

/** Set Blob Tier: archived blobs stay archived until they are rehydrated. */
export function setBlobTier(call: Call): Answer {
  const { blob } = destinationOf(call);
  if (blob === undefined) throw new ServiceFailure("BlobNotFound");
  const tier = accessTierOf(call, blob.type);
  if (tier === undefined) throw new ServiceFailure("MissingRequiredHeader");
  checkWrite(call, blob);
  checkKey(call, blob);
  blob.accessTierChangedOn = Date.now();
  if (!blob.isArchived || tier === "Archive") {
    blob.accessTier = tier;
    return { status: 200, headers: [] };
  }
  if (blob.archiveStatus !== undefined) throw new ServiceFailure("BlobBeingRehydrated");
  blob.archiveStatus = `rehydrate-pending-to-${tier.toLowerCase()}`;
  blob.rehydratePriority = call.header("x-ms-rehydrate-priority");
  const rehydrated = () => {
    blob.accessTier = tier;
    blob.archiveStatus = undefined;
  };
  if (Number.isFinite(call.world.rehydrationMilliseconds)) setTimeout(rehydrated, call.world.rehydrationMilliseconds).unref();
  return { status: 202, headers: [] };
}

/**
 * Snapshot Blob: keeps the base blob's ETag. A snapshot with its own metadata gets another ETag.
 */
export function snapshotBlob(call: Call): Answer {
  const metadata = metadataOf(call);
  const { entry, blob } = destinationOf(call);
  if (entry === undefined || blob === undefined) throw new ServiceFailure("BlobNotFound");
  checkWriteConditions(call, blob);
  checkLease(call, blob, "read");
  if (blob.chain !== undefined) throw new ServiceFailure("OperationNotAllowedOnIncrementalCopyBlob");
  const { ways } = call.world.script;
  if (blob.copy?.status === "pending" && ways.is("pending-and-snapshots", "refused")) throw new ServiceFailure("PendingCopyOperation");
  if (blob.isArchived && ways.is("snapshot-of-archived", "refused")) throw new ServiceFailure("BlobArchived");
  checkEncryption(call, containerOf(call), blob);
  const snapshot = blob.clone();
  // A snapshot of a pending copy holds the present content, not the content to come.
  if (snapshot.copy?.pending !== undefined || ways.is("snapshot-and-copy-properties", "not shown")) snapshot.copy = undefined;
  if (metadata !== undefined) {
    snapshot.metadata = metadata;
    snapshot.touch();
  }
  const id = nextSnapshotId();
  entry.snapshots.set(id, snapshot);
  return written(201, snapshot, ...versionOf(snapshot), "x-ms-snapshot", id);
}

export function deleteBlob(call: Call): Answer {
  const option = call.header("x-ms-delete-snapshots");
  if (option !== undefined && option !== "include" && option !== "only") throw new ServiceFailure("InvalidHeaderValue");
  const snapshotId = call.query.snapshot;
  if (snapshotId !== undefined) return deleteSnapshot(call, snapshotId, option);
  if (call.query.versionid !== undefined) return deleteVersion(call, call.query.versionid);
  const { container, entry, blob } = destinationOf(call);
  if (entry === undefined || blob === undefined) throw new ServiceFailure("BlobNotFound");
  checkWrite(call, blob, { isForChains: true });
  if (option === "only") {
    entry.snapshots.clear();
    return deleted(call);
  }
  checkUnprotected(blob);
  if (entry.snapshots.size > 0 && option === undefined) throw new ServiceFailure("SnapshotsPresent");
  const { deletesSoftly = false, keepsVersions = false } = call.account.rules;
  if (!deletesSoftly && !keepsVersions) {
    container.remove(call.blobName);
    return deleted(call);
  }
  if (blob.versionId !== undefined) entry.versions.set(blob.versionId, blob);
  else if (deletesSoftly) entry.deleted.set("", blob);
  if (deletesSoftly) for (const [id, snapshot] of entry.snapshots) entry.deleted.set(id, snapshot);
  entry.base = undefined;
  entry.uncommitted.clear();
  entry.snapshots.clear();
  return deleted(call);
}

function deleted({ account }: Call): Answer {
  return { status: 202, headers: ["x-ms-delete-type-permanent", String(account.rules.deletesSoftly !== true)] };
}

function deleteVersion(call: Call, versionId: string): Answer {
  const entry = containerOf(call).entry(call.blobName);
  if (entry?.base?.versionId === versionId) throw new ServiceFailure("OperationNotAllowedOnRootBlob");
  const version = entry?.versions.get(versionId);
  if (entry === undefined || version === undefined) throw new ServiceFailure("BlobNotFound");
  entry.versions.delete(versionId);
  if (call.account.rules.deletesSoftly === true) entry.deleted.set(versionId, version);
  return deleted(call);
}

/** Undelete Blob: restores all soft-deleted states. */
export function undeleteBlob(call: Call): Answer {
  const entry = containerOf(call).entry(call.blobName);
  if (entry === undefined) throw new ServiceFailure("BlobNotFound");
  for (const [id, state] of entry.deleted) {
    if (id === "") entry.base ??= state;
    else (state.versionId === id ? entry.versions : entry.snapshots).set(id, state);
  }
  entry.deleted.clear();
  return { status: 200, headers: [] };
}

function deleteSnapshot(call: Call, snapshotId: string, option: string | undefined): Answer {
  if (option !== undefined) throw new ServiceFailure("InvalidHeaderValue");
  const container = call.account.containers.get(call.containerName);
  if (container === undefined) throw new ServiceFailure("ContainerNotFound");
  const entry = container.entry(call.blobName);
  const snapshot = entry?.snapshots.get(snapshotId);
  if (entry === undefined || snapshot === undefined) throw new ServiceFailure("BlobNotFound");
  checkWriteConditions(call, snapshot);
  entry.snapshots.delete(snapshotId);
  return deleted(call);
}
