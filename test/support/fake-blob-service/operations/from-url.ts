import { BlobState } from "../state/blob-state";
import { stageBlock } from "./block-writes";
import type { Answer, Call } from "../http/call";
import type { Content } from "../state/content";
import { checkOverwritten, checkSourceMd5, synchronousTags } from "./copy-blob";
import { copySourceOf } from "./copy-source";
import { accessTierOf, checksum, checkWrite, contentHeadersOf, destinationOf, install, versionOf, written } from "./destination";
import { encryptionScopeOf } from "../state/encryption";
import { metadataOf } from "../state/metadata-and-tags";
import { append, parseRange, writePages } from "./page-and-append-writes";
import { ServiceFailure } from "../service-failure";

const PUT_BLOB_LIMIT_BYTES = 5_000 * 1024 * 1024;
const PUT_BLOCK_LIMIT_BYTES = 4_000 * 1024 * 1024;

/** Put Blob From URL: copies any source into a block blob, which is replaced only at the end. */
export function putBlobFromUrl(call: Call): Answer {
  if (call.header("x-ms-blob-type") !== "BlockBlob") throw new ServiceFailure("InvalidHeaderValue");
  const destination = destinationOf(call);
  const source = copySourceOf(call, { reusesCaller: false });
  checkWrite(call, destination.blob, { creates: "BlockBlob", hasSource: true });
  checkOverwritten(call, destination);
  if (source.state.isArchived) throw new ServiceFailure("BlobArchived");
  const { content } = source.state;
  if (content.length > PUT_BLOB_LIMIT_BYTES) throw new ServiceFailure("RequestBodyTooLarge");
  const { ways } = call.world.script;
  if (content.length === 0 && ways.is("empty-source", "refused")) throw new ServiceFailure("CannotVerifyCopySource", { status: 400 });
  checkSourceMd5(call, content);
  const state = new BlobState("BlockBlob");
  const copiesProperties = call.header("x-ms-copy-source-blob-properties")?.toLowerCase() !== "false";
  state.content = content;
  state.headers = { ...(copiesProperties && source.state.headers), ...contentHeadersOf(call) };
  state.metadata = metadataOf(call) ?? (ways.is("put-blob-from-url-and-metadata", "left") ? {} : source.state.metadata);
  state.tags = synchronousTags(call, source);
  state.accessTier = accessTierOf(call, "BlockBlob", destination.blob);
  const md5 = content.md5();
  if (md5 !== undefined && state.headers.contentMd5 === undefined) state.headers = { ...state.headers, contentMd5: md5 };
  install(call, destination, state);
  return written(201, state, ...versionOf(state), ...checksum(call, content));
}

/** The bytes that a request by range reads from its source. */
function sourceContent(call: Call, limit: number): Content {
  if (call.body.length > 0) throw new ServiceFailure("InvalidInput");
  const source = copySourceOf(call, { reusesCaller: false, mirrorsConditions: true });
  if (source.state.isArchived) throw new ServiceFailure("BlobArchived");
  const header = call.header("x-ms-source-range");
  const { offset, length } = header === undefined ? { offset: 0, length: source.state.content.length } : parseRange(header);
  if (offset + (length === Infinity ? 1 : length) > source.state.content.length && length > 0) throw new ServiceFailure("InvalidRange");
  const content = source.state.content.slice(offset, length);
  if (content.length > limit) throw new ServiceFailure("RequestBodyTooLarge");
  checkSourceMd5(call, content);
  return content;
}

export function putBlockFromUrl(call: Call): Answer {
  if (call.world.script.ways.is("encryption-scope-and-source", "the scope first")) encryptionScopeOf(call, destinationOf(call).container);
  return stageBlock(call, sourceContent(call, PUT_BLOCK_LIMIT_BYTES));
}

export function putPageFromUrl(call: Call): Answer {
  if (call.header("x-ms-page-write") !== "update" || call.header("x-ms-source-range") === undefined)
    throw new ServiceFailure("MissingRequiredHeader");
  return writePages(call, sourceContent(call, PUT_BLOCK_LIMIT_BYTES));
}

export function appendBlockFromUrl(call: Call): Answer {
  return append(call, sourceContent(call, PUT_BLOCK_LIMIT_BYTES));
}

/**
 * Number of bytes that the service reads for a From-URL request. Refuses a source that cannot be
 * read.
 */
export function bytesToRead(call: Call): number {
  const { length } = copySourceOf(call, { reusesCaller: false }).state.content;
  const header = call.header("x-ms-source-range");
  return header === undefined ? length : Math.min(length, parseRange(header).length);
}
