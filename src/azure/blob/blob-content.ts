import type {
  AppendRequest,
  ByteRange,
  CopyRequest,
  GuardedRequest,
  PageRequest,
  RangeRequest,
  RequestOptions,
  StartedCopy,
  WriteRequest,
  WriteResult,
} from "../../engine/ports/requests";
import { isAbsent, isOfAnotherType } from "../../failure/service-codes";
import { BlobType } from "../../intent";
import { defined } from "../../util/defined";
import { RetryPolicy } from "../http/retry";
import { copyHeaders, guardHeaders, rangeHeaders, writeHeaders } from "../rest/request-headers";
import { startedCopy, writeResult } from "../rest/response-headers";
import { getPageRanges } from "./page-ranges";
import { blockListXml, elementTexts } from "../rest/xml";
import { BlobRequests } from "./blob-requests";

const XML = { "content-type": "application/xml" };

/**
 * REST operations that write a blob's content, whole or in pieces, that abort a copy, or that list
 * page ranges and uncommitted blocks.
 */
export abstract class BlobContent extends BlobRequests {
  async copyBlob(request: CopyRequest): Promise<StartedCopy> {
    const put = { operation: "Copy Blob", headers: copyHeaders(request), retryPolicy: RetryPolicy.MEDIUM, repeatable: false } as const;
    const started = startedCopy(await this.put({ ...put, signal: request.signal }), "pending");
    if (started.copyId === "" && started.etag === "") throw this.bareAnswer(put.operation, "x-ms-copy-id");
    return started;
  }

  async incrementalCopyBlob(request: Pick<CopyRequest, "source" | "destinationConditions" | "signal">): Promise<StartedCopy> {
    const query = [["comp", "incrementalcopy"]] as const;
    const put = { operation: "Incremental Copy Blob", query, headers: copyHeaders(request), retryPolicy: RetryPolicy.MEDIUM } as const;
    return startedCopy(await this.put({ ...put, repeatable: false, signal: request.signal }), "pending");
  }

  async copyBlobFromUrl(request: CopyRequest): Promise<StartedCopy> {
    const headers = { "x-ms-requires-sync": "true", ...copyHeaders(request) };
    const put = { operation: "Copy Blob From URL", headers, retryPolicy: RetryPolicy.LONG, signal: request.signal } as const;
    const answer = await this.put(put);
    return { ...startedCopy(answer, "success"), ...this.written(put.operation, answer) };
  }

  async putBlobFromUrl(request: CopyRequest): Promise<WriteResult> {
    const headers = {
      "x-ms-blob-type": BlobType.BLOCK,
      "x-ms-copy-source-blob-properties": "true",
      ...copyHeaders(request),
      ...this.key,
    };
    const put = { operation: "Put Blob From URL", headers, retryPolicy: RetryPolicy.LONG, signal: request.signal } as const;
    return this.written(put.operation, await this.put(put));
  }

  async putBlockFromUrl(blockId: string, request: RangeRequest): Promise<void> {
    const query = [
      ["comp", "block"],
      ["blockid", blockId],
    ] as const;
    const headers = { ...rangeHeaders(request), ...this.key };
    await this.put({ operation: "Put Block From URL", query, headers, retryPolicy: RetryPolicy.LONG, signal: request.signal });
  }

  async putBlockList(blockIds: readonly string[], request: WriteRequest): Promise<WriteResult> {
    const headers = { ...XML, ...writeHeaders(request), ...this.key };
    const put = { operation: "Put Block List", query: [["comp", "blocklist"]], headers, retryPolicy: RetryPolicy.MEDIUM } as const;
    return this.written(put.operation, await this.put({ ...put, body: blockListXml(blockIds), signal: request.signal }));
  }

  async createPageBlob(length: number, request: WriteRequest & { readonly sequenceNumber?: number }): Promise<WriteResult> {
    const headers = {
      "x-ms-blob-type": BlobType.PAGE,
      "x-ms-blob-content-length": String(length),
      ...defined({ "x-ms-blob-sequence-number": request.sequenceNumber?.toString() }),
      ...writeHeaders(request),
      ...this.key,
    };
    const put = { operation: "Put Blob", headers, retryPolicy: RetryPolicy.MEDIUM, signal: request.signal } as const;
    return this.written(put.operation, await this.put(put));
  }

  async putPageFromUrl(request: PageRequest): Promise<WriteResult> {
    const headers = { ...rangeHeaders(request), ...this.key };
    const range = headers["x-ms-source-range"];
    const conditions = { ...guardHeaders(request), "x-ms-if-sequence-number-eq": request.ifSequenceNumber?.toString() };
    const pageHeaders = { "x-ms-page-write": "update", ...headers, ...defined({ "x-ms-range": range, ...conditions }) };
    const put = { operation: "Put Page From URL", query: [["comp", "page"]], headers: pageHeaders, retryPolicy: RetryPolicy.LONG } as const;
    return writeResult(await this.put({ ...put, signal: request.signal }));
  }

  async createAppendBlob(request: WriteRequest): Promise<WriteResult> {
    const headers = { "x-ms-blob-type": BlobType.APPEND, ...writeHeaders(request), ...this.key };
    const put = { operation: "Put Blob", headers, retryPolicy: RetryPolicy.MEDIUM, signal: request.signal } as const;
    return this.written(put.operation, await this.put(put));
  }

  async appendBlockFromUrl(position: number, request: AppendRequest): Promise<WriteResult> {
    const headers = { "x-ms-blob-condition-appendpos": String(position), ...guardHeaders(request), ...rangeHeaders(request), ...this.key };
    const put = { operation: "Append Block From URL", query: [["comp", "appendblock"]], headers, retryPolicy: RetryPolicy.LONG } as const;
    return this.written(put.operation, await this.put({ ...put, repeatable: false, signal: request.signal }));
  }

  async sealAppendBlob(request: GuardedRequest): Promise<WriteResult> {
    const put = {
      operation: "Append Blob Seal",
      query: [["comp", "seal"]],
      headers: guardHeaders(request),
      retryPolicy: RetryPolicy.SHORT,
    } as const;
    return this.written(put.operation, await this.put({ ...put, signal: request.signal }));
  }

  async abortCopy(copyId: string, options?: RequestOptions): Promise<void> {
    const query = [
      ["comp", "copy"],
      ["copyid", copyId],
    ] as const;
    const headers = { "x-ms-copy-action": "abort" };
    await this.put({
      operation: "Abort Copy Blob",
      query,
      headers,
      retryPolicy: RetryPolicy.URGENT,
      signal: options?.signal,
    });
  }

  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]> {
    return getPageRanges(this.client, this.target, options?.signal);
  }

  async uncommittedBlocks(options?: RequestOptions): Promise<readonly string[]> {
    const query = [
      ["comp", "blocklist"],
      ["blocklisttype", "uncommitted"],
    ] as const;
    const headers = this.lease;
    const request = {
      operation: "Get Block List",
      method: "GET",
      query,
      headers,
      retryPolicy: RetryPolicy.SHORT,
      repeatable: true,
    } as const;
    try {
      const { body } = await this.client.send(this.target, { ...request, signal: options?.signal });
      return elementTexts(body, "Name");
    } catch (error) {
      if (isAbsent(error) || isOfAnotherType(error)) return [];
      throw error;
    }
  }
}
