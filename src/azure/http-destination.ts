import type { BlobProperties, SnapshotReference } from "../engine/ports/blob-properties";
import type {
  CopyRequest,
  GuardedRequest,
  MetadataRequest,
  PageRequest,
  RangeRequest,
  RequestOptions,
  StartedCopy,
  TagsRequest,
  WriteRequest,
  WriteResult,
} from "../engine/ports/requests";
import type { DestinationBlob } from "../engine/ports/blob-store";
import { isAbsent, isGone, isOfAnotherType, lacksAnyKey } from "../failure/service-codes";
import { BlobType, type ContentHeadersReference, ImmutabilityMode, type ImmutabilityPolicyReference } from "../intent";
import type { HttpAnswer } from "./http/exchange";
import { lookAtBlob } from "./blob/look-at-blob";
import {
  contentHeaderHeaders,
  copyHeaders,
  encryptionHeaders,
  keyHeaders,
  metadataHeaders,
  rangeHeaders,
  writeHeaders,
} from "./rest/request-headers";
import { containerOf, listBlobs } from "./rest/list-blobs";
import { defined } from "../util/defined";
import { startedCopy, writeResult } from "./rest/response-headers";
import { byAnyOf } from "./blob/by-any-of";
import { BlobLeases } from "./blob/lease-blob";
import type { ContainerPolicies } from "./rest/container-policies";
import type { Target } from "./credential/target";
import type { RestClient, RestRequest } from "./rest/rest-client";
import { Patience } from "./http/retry";
import { blockListXml, elementTexts, parseAllTags, tagsXml } from "./rest/xml";

type Put = Omit<RestRequest, "method" | "repeatable"> & { readonly repeatable?: boolean };

/** How the service names what is no scope. */
const ACCOUNT_KEY = "$account-encryption-key";
const XML = { "content-type": "application/xml" };

/** A destination over HTTP: one REST operation a method. */
export class HttpDestination implements DestinationBlob {
  constructor(
    private readonly client: RestClient,
    private readonly policies: ContainerPolicies,
    private readonly target: Target,
    readonly account: string,
    private readonly leaseId: string | undefined,
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

  getProperties(options?: RequestOptions): Promise<BlobProperties | undefined> {
    return lookAtBlob(this.client, this.target, { headers: this.#lease, signal: options?.signal });
  }

  getTags(options?: RequestOptions): Promise<Record<string, string>> {
    const request = {
      operation: "Get Blob Tags",
      method: "GET",
      query: [["comp", "tags"]],
      patience: Patience.SHORT,
      repeatable: true,
    } as const;
    return this.client.read(this.target, { ...request, signal: options?.signal }, parseAllTags);
  }

  async setTags(tags: Readonly<Record<string, string>>, { ifMatch, ifTag, signal }: TagsRequest = {}): Promise<void> {
    // Set Blob Tags has a name of its own for the condition on the blob's ETag.
    const headers = { ...XML, ...defined({ "x-ms-blob-if-match": ifMatch, "x-ms-if-tags": ifTag && tagCondition(ifTag) }) };
    const request = {
      operation: "Set Blob Tags",
      query: [["comp", "tags"]],
      headers,
      body: tagsXml(tags),
      patience: Patience.SHORT,
    } as const;
    await this.#put({ ...request, signal });
  }

  mayBecomeImmutable(options?: RequestOptions): Promise<boolean | undefined> {
    return this.policies.mayBecomeImmutable(containerOf(this.target), options?.signal);
  }

  async copyBlob(request: CopyRequest): Promise<StartedCopy> {
    const put = { operation: "Copy Blob", headers: copyHeaders(request), patience: Patience.MEDIUM, repeatable: false } as const;
    return startedCopy(await this.#put({ ...put, signal: request.signal }));
  }

  async copyBlobFromUrl(request: CopyRequest): Promise<StartedCopy> {
    const headers = { "x-ms-requires-sync": "true", ...copyHeaders(request) };
    return startedCopy(await this.#put({ operation: "Copy Blob From URL", headers, patience: Patience.LONG, signal: request.signal }));
  }

  async putBlobFromUrl(request: CopyRequest): Promise<WriteResult> {
    const headers = {
      "x-ms-blob-type": BlobType.BLOCK,
      "x-ms-copy-source-blob-properties": "true",
      ...copyHeaders(request),
      ...this.#key,
    };
    return writeResult(await this.#put({ operation: "Put Blob From URL", headers, patience: Patience.LONG, signal: request.signal }));
  }

  async putBlockFromUrl(blockId: string, request: RangeRequest): Promise<void> {
    const query = [
      ["comp", "block"],
      ["blockid", blockId],
    ] as const;
    const headers = { ...rangeHeaders(request), ...this.#key };
    await this.#put({ operation: "Put Block From URL", query, headers, patience: Patience.LONG, signal: request.signal });
  }

  async putBlockList(blockIds: readonly string[], request: WriteRequest): Promise<WriteResult> {
    const headers = { ...XML, ...writeHeaders(request), ...this.#key };
    const put = { operation: "Put Block List", query: [["comp", "blocklist"]], headers, patience: Patience.MEDIUM } as const;
    return writeResult(await this.#put({ ...put, body: blockListXml(blockIds), signal: request.signal }));
  }

  async createPageBlob(length: number, request: WriteRequest & { readonly sequenceNumber?: number }): Promise<WriteResult> {
    const headers = {
      "x-ms-blob-type": BlobType.PAGE,
      "x-ms-blob-content-length": String(length),
      ...defined({ "x-ms-blob-sequence-number": request.sequenceNumber?.toString() }),
      ...writeHeaders(request),
      ...this.#key,
    };
    return writeResult(await this.#put({ operation: "Put Blob", headers, patience: Patience.MEDIUM, signal: request.signal }));
  }

  async putPageFromUrl(request: PageRequest): Promise<WriteResult> {
    const headers = { ...rangeHeaders(request), ...this.#key };
    const range = headers["x-ms-source-range"];
    const conditions = { "if-match": request.ifMatch, "x-ms-if-sequence-number-eq": request.ifSequenceNumber?.toString() };
    const pageHeaders = { "x-ms-page-write": "update", ...headers, ...defined({ "x-ms-range": range, ...conditions }) };
    const put = { operation: "Put Page From URL", query: [["comp", "page"]], headers: pageHeaders, patience: Patience.LONG } as const;
    return writeResult(await this.#put({ ...put, signal: request.signal }));
  }

  async createAppendBlob(request: WriteRequest): Promise<WriteResult> {
    const headers = { "x-ms-blob-type": BlobType.APPEND, ...writeHeaders(request), ...this.#key };
    return writeResult(await this.#put({ operation: "Put Blob", headers, patience: Patience.MEDIUM, signal: request.signal }));
  }

  async appendBlockFromUrl(position: number, request: RangeRequest): Promise<WriteResult> {
    const headers = { "x-ms-blob-condition-appendpos": String(position), ...rangeHeaders(request), ...this.#key };
    const put = { operation: "Append Block From URL", query: [["comp", "appendblock"]], headers, patience: Patience.LONG } as const;
    return writeResult(await this.#put({ ...put, repeatable: false, signal: request.signal }));
  }

  async getDefaultScope(options?: RequestOptions): Promise<string | undefined> {
    const query = [["restype", "container"]] as const;
    const request = { operation: "Get Container Properties", method: "HEAD", query, patience: Patience.SHORT, repeatable: true } as const;
    const { headers } = await this.client.send(containerOf(this.target), { ...request, signal: options?.signal });
    const scope = headers["x-ms-default-encryption-scope"];
    return typeof scope !== "string" || scope === ACCOUNT_KEY ? undefined : scope;
  }

  async sealAppendBlob(request: GuardedRequest): Promise<WriteResult> {
    const put = { operation: "Append Blob Seal", query: [["comp", "seal"]], headers: guard(request), patience: Patience.SHORT } as const;
    return writeResult(await this.#put({ ...put, signal: request.signal }));
  }

  async abortCopy(copyId: string, options?: RequestOptions): Promise<void> {
    const query = [
      ["comp", "copy"],
      ["copyid", copyId],
    ] as const;
    const headers = { "x-ms-copy-action": "abort" };
    await this.#put({
      operation: "Abort Copy Blob",
      query,
      headers,
      patience: Patience.URGENT,
      signal: options?.signal,
    });
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

  async setMetadata(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<WriteResult> {
    const headers = { ...metadataHeaders(metadata), ...guard(request), ...encryptionHeaders(request.encryption) };
    const put = { operation: "Set Blob Metadata", query: [["comp", "metadata"]], headers, patience: Patience.SHORT } as const;
    return writeResult(await this.#putWithKey({ ...put, signal: request.signal }));
  }

  async setLegalHold(isHeld: boolean, options?: RequestOptions): Promise<void> {
    const headers = { "x-ms-legal-hold": String(isHeld) };
    await this.#protect({ operation: "Set Blob Legal Hold", query: [["comp", "legalhold"]], headers, signal: options?.signal });
  }

  async setImmutabilityPolicy(
    { until, mode = ImmutabilityMode.UNLOCKED }: ImmutabilityPolicyReference,
    { signal, unmodifiedSince }: RequestOptions & { readonly unmodifiedSince?: Date } = {},
  ): Promise<void> {
    const headers = {
      "x-ms-immutability-policy-until-date": new Date(until).toUTCString(),
      "x-ms-immutability-policy-mode": mode,
      ...defined({ "if-unmodified-since": unmodifiedSince?.toUTCString() }),
    };
    await this.#protect({ operation: "Set Blob Immutability Policy", query: [["comp", "immutabilityPolicies"]], headers, signal });
  }

  async deleteImmutabilityPolicy(options?: RequestOptions): Promise<void> {
    const request = { operation: "Delete Blob Immutability Policy", method: "DELETE", patience: Patience.SHORT, repeatable: true } as const;
    try {
      await this.client.send(this.target, { ...request, query: [["comp", "immutabilityPolicies"]], headers: {}, signal: options?.signal });
    } catch (error) {
      if (!isGone(error)) throw error; // gone already
    }
  }

  async createSnapshot(
    metadata: Readonly<Record<string, string>>,
    request: MetadataRequest,
  ): Promise<SnapshotReference & { readonly etag: string }> {
    const headers = { ...metadataHeaders(metadata), ...guard(request), ...encryptionHeaders(request.encryption) };
    const put = {
      operation: "Snapshot Blob",
      query: [["comp", "snapshot"]],
      headers,
      patience: Patience.SHORT,
      repeatable: false,
    } as const;
    const answer = await this.#putWithKey({ ...put, signal: request.signal });
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
    await this.#delete([], { ...guard(request), ...this.#lease }, request.signal);
  }

  copySnapshotBack(snapshot: string, request: Omit<CopyRequest, "source">): Promise<StartedCopy> {
    const { blob, credential } = this.target;
    // A destination's SAS does not extend to the source, not even to a snapshot of the same blob.
    const sas = credential.query === "" ? "" : `&${credential.query}`;
    return this.copyBlob({ ...request, source: { url: `${blob.url}?snapshot=${encodeURIComponent(snapshot)}${sas}` } });
  }

  async uncommittedBlocks(options?: RequestOptions): Promise<readonly string[]> {
    const query = [
      ["comp", "blocklist"],
      ["blocklisttype", "uncommitted"],
    ] as const;
    const headers = this.#lease;
    const request = { operation: "Get Block List", method: "GET", query, headers, patience: Patience.SHORT, repeatable: true } as const;
    try {
      const { body } = await this.client.send(this.target, { ...request, signal: options?.signal });
      return elementTexts(body, "Name");
    } catch (error) {
      if (isAbsent(error) || isOfAnotherType(error)) return [];
      throw error;
    }
  }

  acquireLease(leaseId: string, seconds: number, request: GuardedRequest): Promise<void> {
    return this.#leases.acquire(leaseId, seconds, guard(request), request.signal);
  }

  renewLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#leases.renew(leaseId, options?.signal);
  }

  releaseLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#leases.release(leaseId, options?.signal);
  }

  underLease(leaseId: string): DestinationBlob {
    return new HttpDestination(this.client, this.policies, this.target, this.account, leaseId);
  }

  get #leases(): BlobLeases {
    return new BlobLeases(this.client, this.target);
  }

  byAnyCredential(): DestinationBlob {
    const { client, policies, target, account, leaseId } = this;
    const others = () =>
      target.otherCredentials?.().map((credential) => new HttpDestination(client, policies, { ...target, credential }, account, leaseId)) ??
      [];
    return byAnyOf(this, others);
  }

  get #lease(): Record<string, string> {
    return defined({ "x-ms-lease-id": this.leaseId });
  }

  get #key(): Record<string, string> {
    return keyHeaders(this.target.encryptionKey);
  }

  /** Onto a blob that was there before, which may have been written without the key that is declared now. */
  async #putWithKey(put: Put): Promise<HttpAnswer> {
    try {
      return await this.#put({ ...put, headers: { ...put.headers, ...this.#key } });
    } catch (error) {
      if (this.target.encryptionKey === undefined || !lacksAnyKey(error)) throw error;
      return this.#put(put);
    }
  }

  /** These take no lease. */
  async #protect(request: Pick<RestRequest, "operation" | "query" | "headers" | "signal">): Promise<void> {
    await this.client.send(this.target, { ...request, method: "PUT", patience: Patience.SHORT, repeatable: true });
  }

  #put(put: Put): Promise<HttpAnswer> {
    return this.client.send(this.target, { repeatable: true, ...put, headers: { ...put.headers, ...this.#lease }, method: "PUT" });
  }

  async #delete(query: RestRequest["query"], headers: Record<string, string>, signal: AbortSignal | undefined): Promise<void> {
    try {
      const request = { operation: "Delete Blob", method: "DELETE", patience: Patience.SHORT, repeatable: true } as const;
      await this.client.send(this.target, { ...request, query, headers, signal });
    } catch (error) {
      if (!isGone(error)) throw error; // gone already
    }
  }
}

/** An expression over tags. */
function tagCondition(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `"${name}" = '${value}'`)
    .join(" AND ");
}

function guard({ ifMatch }: GuardedRequest): Record<string, string> {
  return defined({ "if-match": ifMatch });
}
