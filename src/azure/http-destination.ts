import type {
  BlobProperties,
  CopyBlobRequest,
  CopyFromUrlRequest,
  DestinationBlob,
  GuardedRequest,
  PageRequest,
  PutBlobFromUrlRequest,
  RangeRequest,
  ReadableSource,
  RequestOptions,
  SnapshotReference,
  StartedCopy,
  WriteRequest,
  WriteResult,
} from "../engine/ports/blob-store";
import { ServiceError } from "../failure/service-error";
import { BlobType, type ContentHeadersReference } from "../intent";
import type { HttpAnswer } from "./http/exchange";
import { contentHeaderHeaders, copyHeaders, given, metadataHeaders, rangeHeaders, writeHeaders } from "./rest/request-headers";
import { containerOf, listBlobs } from "./rest/list-blobs";
import { blobProperties, startedCopy, writeResult } from "./rest/response-headers";
import type { Target } from "./credential/target";
import type { RestClient, RestRequest } from "./rest/rest-client";
import { Patience } from "./http/retry";
import { blockListXml, parseTags, tagsXml } from "./rest/xml";

type LeasedOptions = RequestOptions & { readonly leaseId?: string };
type Put = Omit<RestRequest, "method" | "repeatable"> & { readonly repeatable?: boolean };

const XML = { "content-type": "application/xml" };

/** A destination over HTTP: one REST operation a method. */
export class HttpDestination implements DestinationBlob {
  constructor(
    private readonly client: RestClient,
    private readonly target: Target,
    readonly account: string,
  ) {}

  get url(): string {
    return this.target.blob.url;
  }

  get credentialExpiresOn(): Date | undefined {
    return this.target.credential.expiresOn;
  }

  get renewCredential(): (() => void) | undefined {
    return this.target.credential.renew;
  }

  async getProperties(options?: LeasedOptions): Promise<BlobProperties | undefined> {
    try {
      const headers = given({ "x-ms-lease-id": options?.leaseId });
      const request = { operation: "Get Blob Properties", method: "HEAD", headers, patience: Patience.SHORT, repeatable: true } as const;
      return blobProperties(await this.client.send(this.target, { ...request, signal: options?.signal }));
    } catch (error) {
      if (error instanceof ServiceError && error.status === 404 && error.code !== "ContainerNotFound") return undefined;
      throw error;
    }
  }

  async getTags(options?: RequestOptions): Promise<Record<string, string>> {
    const request = {
      operation: "Get Blob Tags",
      method: "GET",
      query: [["comp", "tags"]],
      patience: Patience.SHORT,
      repeatable: true,
    } as const;
    return parseTags((await this.client.send(this.target, { ...request, signal: options?.signal })).body);
  }

  async setTags(tags: Readonly<Record<string, string>>, options?: LeasedOptions): Promise<void> {
    const headers = { ...XML, ...given({ "x-ms-lease-id": options?.leaseId }) };
    const request = {
      operation: "Set Blob Tags",
      query: [["comp", "tags"]],
      headers,
      body: tagsXml(tags),
      patience: Patience.SHORT,
    } as const;
    await this.#put({ ...request, signal: options?.signal });
  }

  async copyBlob(request: CopyBlobRequest): Promise<StartedCopy> {
    const headers = { ...copyHeaders(request), ...given({ "x-ms-rehydrate-priority": request.rehydratePriority }) };
    const { signal } = request;
    return startedCopy(await this.#put({ operation: "Copy Blob", headers, patience: Patience.MEDIUM, repeatable: false, signal }));
  }

  async copyBlobFromUrl(request: CopyFromUrlRequest): Promise<StartedCopy> {
    const headers = { "x-ms-requires-sync": "true", ...copyHeaders(request), ...tagOption(request) };
    return startedCopy(await this.#put({ operation: "Copy Blob From URL", headers, patience: Patience.LONG, signal: request.signal }));
  }

  async putBlobFromUrl(request: PutBlobFromUrlRequest): Promise<WriteResult> {
    const headers = {
      "x-ms-blob-type": BlobType.BLOCK,
      "x-ms-copy-source-blob-properties": "true",
      ...copyHeaders(request),
      ...tagOption(request),
      ...contentHeaderHeaders(request.contentHeaders),
    };
    return writeResult(await this.#put({ operation: "Put Blob From URL", headers, patience: Patience.LONG, signal: request.signal }));
  }

  async putBlockFromUrl(blockId: string, request: RangeRequest): Promise<void> {
    const query = [
      ["comp", "block"],
      ["blockid", blockId],
    ] as const;
    const headers = rangeHeaders(request);
    await this.#put({ operation: "Put Block From URL", query, headers, patience: Patience.LONG, signal: request.signal });
  }

  async putBlockList(blockIds: readonly string[], request: WriteRequest): Promise<WriteResult> {
    const headers = { ...XML, ...writeHeaders(request) };
    const put = { operation: "Put Block List", query: [["comp", "blocklist"]], headers, patience: Patience.MEDIUM } as const;
    return writeResult(await this.#put({ ...put, body: blockListXml(blockIds), signal: request.signal }));
  }

  async createPageBlob(length: number, request: WriteRequest & { readonly sequenceNumber?: number }): Promise<WriteResult> {
    const headers = {
      "x-ms-blob-type": BlobType.PAGE,
      "x-ms-blob-content-length": String(length),
      ...given({ "x-ms-blob-sequence-number": request.sequenceNumber?.toString() }),
      ...writeHeaders(request),
    };
    return writeResult(await this.#put({ operation: "Put Blob", headers, patience: Patience.MEDIUM, signal: request.signal }));
  }

  async putPageFromUrl(request: PageRequest): Promise<WriteResult> {
    const headers = rangeHeaders(request);
    const range = headers["x-ms-source-range"];
    const conditions = { "if-match": request.ifMatch, "x-ms-if-sequence-number-eq": request.ifSequenceNumber?.toString() };
    const pageHeaders = { "x-ms-page-write": "update", ...headers, ...given({ "x-ms-range": range, ...conditions }) };
    const put = { operation: "Put Page From URL", query: [["comp", "page"]], headers: pageHeaders, patience: Patience.LONG } as const;
    return writeResult(await this.#put({ ...put, signal: request.signal }));
  }

  async createAppendBlob(request: WriteRequest): Promise<WriteResult> {
    const headers = { "x-ms-blob-type": BlobType.APPEND, ...writeHeaders(request) };
    return writeResult(await this.#put({ operation: "Put Blob", headers, patience: Patience.MEDIUM, signal: request.signal }));
  }

  async appendBlockFromUrl(position: number, request: RangeRequest): Promise<WriteResult> {
    const headers = { "x-ms-blob-condition-appendpos": String(position), ...rangeHeaders(request) };
    const put = { operation: "Append Block From URL", query: [["comp", "appendblock"]], headers, patience: Patience.LONG } as const;
    return writeResult(await this.#put({ ...put, repeatable: false, signal: request.signal }));
  }

  async abortCopy(copyId: string, options?: LeasedOptions): Promise<void> {
    const query = [
      ["comp", "copy"],
      ["copyid", copyId],
    ] as const;
    const headers = { "x-ms-copy-action": "abort", ...given({ "x-ms-lease-id": options?.leaseId }) };
    await this.#put({ operation: "Abort Copy Blob", query, headers, patience: Patience.URGENT, signal: options?.signal });
  }

  async setContentHeaders(
    headers: ContentHeadersReference & { readonly contentMd5?: string },
    request: GuardedRequest,
  ): Promise<WriteResult> {
    const all = { ...contentHeaderHeaders(headers), ...guard(request) };
    const put = { operation: "Set Blob Properties", query: [["comp", "properties"]], headers: all, patience: Patience.SHORT } as const;
    return writeResult(await this.#put({ ...put, signal: request.signal }));
  }

  async setSequenceNumber(sequenceNumber: number, request: GuardedRequest): Promise<WriteResult> {
    const headers = {
      "x-ms-sequence-number-action": "update",
      "x-ms-blob-sequence-number": String(sequenceNumber),
      ...guard(request),
    };
    const put = { operation: "Set Blob Properties", query: [["comp", "properties"]], headers, patience: Patience.SHORT } as const;
    return writeResult(await this.#put({ ...put, signal: request.signal }));
  }

  async setMetadata(metadata: Readonly<Record<string, string>>, request: GuardedRequest): Promise<WriteResult> {
    const headers = { ...metadataHeaders(metadata), ...guard(request) };
    const put = { operation: "Set Blob Metadata", query: [["comp", "metadata"]], headers, patience: Patience.SHORT } as const;
    return writeResult(await this.#put({ ...put, signal: request.signal }));
  }

  async setAccessTier(tier: string, options?: LeasedOptions): Promise<void> {
    const headers = { "x-ms-access-tier": tier, ...given({ "x-ms-lease-id": options?.leaseId }) };
    await this.#put({ operation: "Set Blob Tier", query: [["comp", "tier"]], headers, patience: Patience.SHORT, signal: options?.signal });
  }

  async createSnapshot(
    metadata: Readonly<Record<string, string>>,
    request: GuardedRequest,
  ): Promise<SnapshotReference & { readonly etag: string }> {
    const headers = { ...metadataHeaders(metadata), ...guard(request) };
    const put = {
      operation: "Snapshot Blob",
      query: [["comp", "snapshot"]],
      headers,
      patience: Patience.SHORT,
      repeatable: false,
    } as const;
    const answer = await this.#put({ ...put, signal: request.signal });
    return { snapshot: String(answer.headers["x-ms-snapshot"] ?? ""), metadata, etag: answer.headers.etag ?? "" };
  }

  async listSnapshots(options?: RequestOptions): Promise<readonly SnapshotReference[]> {
    const { blobName } = this.target.blob;
    const snapshots: SnapshotReference[] = [];
    const details = { snapshots: true, metadata: true };
    const request = { prefix: blobName, details, readsAhead: false, ...(options?.signal && { signal: options.signal }) };
    for await (const page of listBlobs(this.client, containerOf(this.target), request)) {
      for (const blob of page) {
        // Names are listed in order, so this blob comes before all others that its name is a prefix of.
        if (blob.name !== blobName) return snapshots;
        const { snapshot, metadata = {} } = blob.details ?? {};
        if (snapshot !== undefined) snapshots.push({ snapshot, metadata });
      }
    }
    return snapshots;
  }

  async deleteSnapshot(snapshot: string, options?: RequestOptions): Promise<void> {
    await this.#delete([["snapshot", snapshot]], {}, options?.signal);
  }

  async deleteBlob(request: GuardedRequest): Promise<void> {
    await this.#delete([], guard(request), request.signal);
  }

  snapshotSource(snapshot: string): ReadableSource {
    const { blob, credential } = this.target;
    // A destination's SAS does not extend to the source, not even to a snapshot of the same blob.
    return { url: `${blob.url}?snapshot=${encodeURIComponent(snapshot)}${credential.query === "" ? "" : `&${credential.query}`}` };
  }

  #put(put: Put): Promise<HttpAnswer> {
    return this.client.send(this.target, { repeatable: true, ...put, method: "PUT" });
  }

  async #delete(query: RestRequest["query"], headers: Record<string, string>, signal: AbortSignal | undefined): Promise<void> {
    try {
      const request = { operation: "Delete Blob", method: "DELETE", patience: Patience.SHORT, repeatable: true } as const;
      await this.client.send(this.target, { ...request, query, headers, signal });
    } catch (error) {
      if (!(error instanceof ServiceError && error.status === 404)) throw error; // gone already
    }
  }
}

function guard({ ifMatch, leaseId }: GuardedRequest): Record<string, string> {
  return given({ "if-match": ifMatch, "x-ms-lease-id": leaseId });
}

function tagOption({ copySourceTags }: CopyFromUrlRequest): Record<string, string> {
  return copySourceTags === true ? { "x-ms-copy-source-tag-option": "COPY" } : {};
}
