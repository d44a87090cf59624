import { randomUUID } from "node:crypto";
import { BlobState, type CopyState } from "../state/blob-state";
import type { Answer, Call, World } from "../http/call";
import { Content } from "../state/content";
import { copySourceOf, type CopySource } from "./copy-source";
import { accessTierOf, changed, checksum, checkWrite, destinationOf, install, versionOf, written, type Destination } from "./destination";
import { checkLease, GUID } from "../state/lease";
import { metadataOf, tagsOf } from "../state/metadata-and-tags";
import { PendingCopy, type CopyPlan } from "../state/pending-copy";
import type { CopyScript } from "../script";
import { md5Mismatch, ServiceFailure } from "../service-failure";

/** Duration of a copy that is pending only because a copy may be pending. */
const SHORT_COPY_MILLISECONDS = 30;
const COPY_FROM_URL_LIMIT_BYTES = 256 * 1024 * 1024;
const NOT_ACCEPTED = ["x-ms-copy-source-authorization", "x-ms-copy-source-tag-option", "x-ms-encryption-scope"];
const KEYS = ["x-ms-encryption-key", "x-ms-source-encryption-key"];
const DEFAULT_FAILURE = '404 ResourceNotFound "Copy failed when reading the source."';

/** As the service stores it: the URL without its signature. */
export function shownSource(call: Call): string {
  const url = call.header("x-ms-copy-source") ?? "";
  const { ways } = call.world.script;
  if (ways.is("copy-source-is-shown", "not at all")) return "";
  if (ways.is("copy-source-is-shown", "with its signature")) return url;
  return url.replace(/([?&])sig=[^&]*&?/i, "$1").replace(/[?&]$/, "");
}

/** The properties that a copy takes from its source, without the bytes. */
export function placeholder(call: Call, source: CopySource, destination: Destination): BlobState {
  const state = new BlobState(source.state.type);
  // A pending copy already shows the source's headers, including the MD5 of the bytes to come.
  state.headers = source.state.headers;
  state.metadata = metadataOf(call) ?? source.state.metadata;
  state.tags = tagsOf(call) ?? {};
  state.sequenceNumber = source.state.sequenceNumber;
  state.accessTier = accessTierOf(call, source.state.type, destination.blob);
  if (source.state.type === "PageBlob") state.content = Content.hole(source.state.content.length);
  return state;
}

/** Captures the source's content now, since the source may be gone when the copy ends. */
export function completion(source: CopySource, isSealed = source.state.isSealed): (blob: BlobState) => void {
  const { content, headers, blocks, appendedBlocks } = source.state;
  return (blob) => {
    blob.content = content;
    blob.headers = headers;
    blob.blocks = blocks;
    blob.appendedBlocks = appendedBlocks;
    blob.isSealed = isSealed;
  };
}

/** Only an append blob can be sealed. Without the header, the copy is sealed if its source is. */
function sealOf(call: Call, source: CopySource): boolean {
  const seal = call.header("x-ms-seal-blob");
  if (seal !== undefined && source.state.type !== "AppendBlob") throw new ServiceFailure("UnsupportedHeader");
  return seal === undefined ? source.state.isSealed : seal === "true";
}

export function planOf(
  call: Call,
  source: CopySource,
  script: CopyScript | undefined,
  complete: CopyPlan["complete"],
): CopyPlan | undefined {
  const { bytesPerSecond, rehydrationMilliseconds } = call.world;
  const isRehydrating = source.state.isArchived;
  const { ways } = call.world.script;
  const isWithin = source.account === call.account.name;
  const isPending = ways.is(isWithin ? "copy-blob-within-account" : "copy-blob-across-accounts", "pending");
  const hasNoRest = ways.is("archived-source-stays", "has ended");
  const rest = hasNoRest ? 0 : rehydrationMilliseconds;
  let milliseconds = isRehydrating ? rest : isPending ? SHORT_COPY_MILLISECONDS : 0;
  if (bytesPerSecond !== undefined && source.account !== call.account.name)
    milliseconds = (source.state.content.length / bytesPerSecond) * 1000;
  milliseconds = script?.neverEnds ? Infinity : (script?.pendingMilliseconds ?? milliseconds);
  const failure = script?.outcome === "failed" ? (script.statusDescription ?? DEFAULT_FAILURE) : undefined;
  if (milliseconds <= 0 && failure === undefined) return undefined;
  return {
    milliseconds,
    stallsAt: script?.stallsAt ?? (milliseconds === Infinity ? 0.5 : 1),
    failure,
    pendingDescription: script?.pendingDescription,
    isSourceUnchanged: () => goesOn(call, source),
    complete,
  };
}

/**
 * Continues with the content that it began to read, unless the chosen way is to check the source
 * again.
 */
export function goesOn({ world }: Call, { isUnchanged }: CopySource): boolean {
  return world.script.ways.is("pending-and-source", "goes on") || isUnchanged();
}

/** Whether an archived blob can be overwritten. */
export function checkOverwritten(call: Call, { blob }: Destination): void {
  if (blob?.isArchived === true && call.world.script.ways.is("archived-destination", "refused")) throw new ServiceFailure("BlobArchived");
}

function checkArchived(call: Call, source: CopySource, destination: Destination): void {
  checkOverwritten(call, destination);
  if (!source.state.isArchived) return;
  const tier = call.header("x-ms-access-tier");
  if (tier === undefined || tier === "Archive" || source.state === destination.blob) throw new ServiceFailure("BlobArchived");
}

/**
 * Copy Blob: asynchronous if a script, a rate or an archived source makes it so; otherwise done at
 * once.
 */
export function copyBlob(call: Call): Answer {
  if ([...NOT_ACCEPTED, ...KEYS].some((name) => call.header(name) !== undefined)) throw new ServiceFailure("UnsupportedHeader");
  const destination = destinationOf(call);
  const source = copySourceOf(call, { reusesCaller: true });
  checkWrite(call, destination.blob, { creates: source.state.type, isCopy: true });
  checkArchived(call, source, destination);
  const state = placeholder(call, source, destination);
  const complete = completion(source, sealOf(call, source));
  const bytesTotal = source.state.content.length;
  const copy: CopyState = {
    id: randomUUID(),
    source: shownSource(call),
    status: "pending",
    bytesCopied: 0,
    bytesTotal,
  };
  state.copy = copy;
  const plan = planOf(
    call,
    source,
    call.world.script.copyScript(call, source.account),
    source.state.isArchived ? rehydration(state, complete) : complete,
  );
  install(call, destination, state);
  if (plan === undefined) {
    complete(state);
    if (state.archiveStatus !== undefined) rehydrateLater(call.world, state, call.header("x-ms-access-tier"));
    Object.assign(copy, { status: "success", bytesCopied: bytesTotal, completedOn: Date.now() });
  } else {
    copy.pending = new PendingCopy(state, copy, plan);
    if (plan.milliseconds <= 0) copy.pending.advance();
  }
  return started(state, copy);
}

/** The answer to a copy that may be pending. */
export function started(state: BlobState, { id, status }: CopyState): Answer {
  return changed(202, state, "x-ms-copy-id", id, "x-ms-copy-status", status, ...versionOf(state));
}

/** A copy of an archived blob stays archived until its bytes are back. */
function rehydration(state: BlobState, complete: CopyPlan["complete"]): CopyPlan["complete"] {
  const tier = state.accessTier;
  state.accessTier = "Archive";
  state.archiveStatus = `rehydrate-pending-to-${(tier ?? "Hot").toLowerCase()}`;
  return (blob) => {
    complete(blob);
    blob.accessTier = tier;
    blob.archiveStatus = undefined;
  };
}

/** The copy ends now, and its blob comes online later. */
function rehydrateLater({ rehydrationMilliseconds }: World, state: BlobState, tier: string | undefined): void {
  const rehydrated = () => {
    state.accessTier = tier;
    state.archiveStatus = undefined;
  };
  if (Number.isFinite(rehydrationMilliseconds)) setTimeout(rehydrated, rehydrationMilliseconds).unref();
}

/** Abort Copy Blob. */
export function abortCopyBlob(call: Call): Answer {
  if (call.header("x-ms-copy-action") !== "abort") throw new ServiceFailure("MissingRequiredHeader");
  const { copyid } = call.query;
  if (copyid === undefined) throw new ServiceFailure("MissingRequiredQueryParameter", { details: { QueryParameterName: "copyid" } });
  if (!GUID.test(copyid)) {
    const details = { QueryParameterName: "copyid", QueryParameterValue: copyid, Reason: "copyid needs to be valid Guid." };
    throw new ServiceFailure("InvalidQueryParameterValue", { details });
  }
  const { blob } = destinationOf(call);
  if (blob === undefined) throw new ServiceFailure("BlobNotFound");
  checkLease(call, blob, "write");
  const pending = blob.copy?.pending;
  if (blob.copy !== undefined && pending !== undefined && blob.copy.id !== copyid.toLowerCase()) throw new ServiceFailure("CopyIdMismatch");
  if (pending === undefined) throw new ServiceFailure("NoPendingCopyOperation");
  pending.abort();
  return { status: 204, headers: [] };
}

/** Tags of a synchronous copy: those given, or the source's on request. */
export function synchronousTags(call: Call, source: CopySource): BlobState["tags"] {
  const isCopying = call.header("x-ms-copy-source-tag-option")?.toUpperCase() === "COPY";
  if (isCopying && call.header("x-ms-tags") !== undefined) throw new ServiceFailure("BothUserTagsAndSourceTagsCopyPresent");
  if (!isCopying) return tagsOf(call) ?? {};
  // Tags need their own permission, on either side.
  if (!source.mayReadTags || !call.may("t")) throw new ServiceFailure("AuthorizationPermissionMismatch");
  return source.state.tags;
}

/** Checks `x-ms-source-content-md5`, where the source's bytes are available. */
export function checkSourceMd5(call: Call, content: Content): void {
  const md5 = call.header("x-ms-source-content-md5");
  if (md5 !== undefined && content.md5() !== undefined && content.md5() !== md5) throw md5Mismatch(md5, content.md5());
}

/** Copy Blob From URL: only block blobs; finished when the service answers. */
export function copyBlobFromUrl(call: Call): Answer {
  if (KEYS.some((name) => call.header(name) !== undefined)) throw new ServiceFailure("UnsupportedHeader");
  const destination = destinationOf(call);
  const source = copySourceOf(call, { reusesCaller: false, mirrorsConditions: true });
  const refuse = (message: string) => new ServiceFailure("CannotVerifyCopySource", { status: 409, message });
  if (source.kind !== "blob" || source.state.type !== "BlockBlob") throw refuse("The copy source must be a block blob.");
  if (source.state.content.length > COPY_FROM_URL_LIMIT_BYTES) throw refuse("The copy source must not be larger than 256 MiB.");
  checkWrite(call, destination.blob, { creates: "BlockBlob", isCopy: true });
  checkArchived(call, source, destination);
  if (source.state.isArchived) throw new ServiceFailure("BlobArchived");
  checkSourceMd5(call, source.state.content);
  const state = placeholder(call, source, destination);
  state.tags = synchronousTags(call, source);
  completion(source)(state);
  const bytesTotal = source.state.content.length;
  const id = randomUUID();
  state.copy = {
    id,
    source: shownSource(call),
    status: "success",
    bytesCopied: bytesTotal,
    bytesTotal,
    completedOn: Date.now(),
  };
  install(call, destination, state);
  return written(202, state, ...versionOf(state), "x-ms-copy-id", id, "x-ms-copy-status", "success", ...checksum(call, state.content));
}
