import type { BlobState } from "../state/blob-state";
import { containerOf, type Answer, type Call } from "../http/call";
import { checkEncryption } from "../state/encryption";
import { checkBodyMd5, integerHeader } from "./blob-writes";
import { Content } from "../state/content";
import { changed, checksum, existingBlob, written, checkUnprotected } from "./destination";
import { ServiceFailure } from "../service-failure";

export const PAGE_WRITE_LIMIT = 4 * 1024 * 1024;
const APPEND_LIMIT = 100 * 1024 * 1024;
const APPEND_COUNT_LIMIT = 50_000;

/** `bytes=first-last`, as offset and length; `last` may be absent. */
export function parseRange(text: string): { readonly offset: number; readonly length: number } {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(text) ?? [];
  if (first === undefined) throw new ServiceFailure("InvalidHeaderValue");
  const offset = Number(first);
  const length = last ? Number(last) - offset + 1 : Infinity;
  if (length <= 0) throw new ServiceFailure("InvalidHeaderValue");
  return { offset, length };
}

function checkSequenceNumber(call: Call, blob: BlobState): void {
  const most = integerHeader(call, "x-ms-if-sequence-number-le");
  const below = integerHeader(call, "x-ms-if-sequence-number-lt");
  const exact = integerHeader(call, "x-ms-if-sequence-number-eq");
  const isMet =
    (most === undefined || blob.sequenceNumber <= most) &&
    (below === undefined || blob.sequenceNumber < below) &&
    (exact === undefined || blob.sequenceNumber === exact);
  if (!isMet) throw new ServiceFailure("SequenceNumberConditionNotMet");
}

/** Answers to From-URL requests always have the content's MD5. */
function sumOf(call: Call, content: Content): string[] {
  if (call.header("x-ms-copy-source") === undefined) return checksum(call, content);
  const md5 = content.md5();
  return md5 === undefined ? [] : ["Content-MD5", md5];
}

/** Put Page and Put Page From URL; without content, the pages are cleared. */
export function writePages(call: Call, content: Content | undefined): Answer {
  const blob = existingBlob(call, "PageBlob");
  checkUnprotected(blob);
  checkEncryption(call, containerOf(call), blob);
  checkSequenceNumber(call, blob);
  const { offset, length } = parseRange(call.header("x-ms-range") ?? call.header("range") ?? "");
  if (offset % 512 !== 0 || length % 512 !== 0 || offset + length > blob.content.length) throw new ServiceFailure("InvalidPageRange");
  if (content !== undefined && content.length > PAGE_WRITE_LIMIT) throw new ServiceFailure("RequestBodyTooLarge");
  if (content !== undefined && content.length !== length) throw new ServiceFailure("InvalidHeaderValue");
  blob.content = blob.content.replace(offset, content?.written() ?? Content.hole(length));
  blob.touch();
  const sequenceNumber = ["x-ms-blob-sequence-number", String(blob.sequenceNumber)];
  return content === undefined ? changed(201, blob, ...sequenceNumber) : written(201, blob, ...sequenceNumber, ...sumOf(call, content));
}

export function putPage(call: Call): Answer {
  checkBodyMd5(call);
  const action = call.header("x-ms-page-write");
  if (action !== "update" && action !== "clear") throw new ServiceFailure("InvalidHeaderValue");
  return writePages(call, action === "clear" ? undefined : Content.of(call.body));
}

/** Append Block and Append Block From URL. */
export function append(call: Call, content: Content): Answer {
  const blob = existingBlob(call, "AppendBlob");
  checkUnprotected(blob);
  checkEncryption(call, containerOf(call), blob);
  if (blob.isSealed) throw new ServiceFailure("BlobIsSealed");
  const offset = blob.content.length;
  const position = integerHeader(call, "x-ms-blob-condition-appendpos");
  if (position !== undefined && position !== offset) throw new ServiceFailure("AppendPositionConditionNotMet");
  const most = integerHeader(call, "x-ms-blob-condition-maxsize");
  if (most !== undefined && offset + content.length > most) throw new ServiceFailure("MaxBlobSizeConditionNotMet");
  if (content.length > APPEND_LIMIT) throw new ServiceFailure("RequestBodyTooLarge");
  if (blob.appendedBlocks >= APPEND_COUNT_LIMIT) throw new ServiceFailure("BlockCountExceedsLimit");
  blob.content = Content.concat([blob.content, content]);
  blob.appendedBlocks++;
  blob.touch();
  const place = ["x-ms-blob-append-offset", String(offset), "x-ms-blob-committed-block-count", String(blob.appendedBlocks)];
  return written(201, blob, ...place, ...sumOf(call, content));
}

/** Append Blob Seal. */
export function sealAppendBlob(call: Call): Answer {
  const blob = existingBlob(call, "AppendBlob");
  const position = integerHeader(call, "x-ms-blob-condition-appendpos");
  if (position !== undefined && position !== blob.content.length) throw new ServiceFailure("AppendPositionConditionNotMet");
  blob.isSealed = true;
  blob.touch();
  return changed(200, blob, "x-ms-blob-sealed", "true");
}

export function appendBlock(call: Call): Answer {
  checkBodyMd5(call);
  return append(call, Content.of(call.body));
}
