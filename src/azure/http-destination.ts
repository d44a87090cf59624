import type { BlobProperties, SnapshotReference } from "../engine/ports/blob-properties";
import type {
  CopyRequest,
  GuardedRequest,
  MetadataRequest,
  RequestOptions,
  StartedCopy,
  TagsRequest,
  WriteResult,
} from "../engine/ports/requests";
import type { ContainerRule, DestinationBlob, TakenSnapshot } from "../engine/ports/blob-store";
import { isAbsent, isGone } from "../failure/service-codes";
import { type ContentHeadersReference, ImmutabilityMode, type ImmutabilityPolicyReference } from "../intent";
import { inspectBlob } from "./blob/inspect-blob";
import { contentHeaderHeaders, encryptionHeaders, guardHeaders, metadataHeaders } from "./rest/request-headers";
import { containerOf, listBlobs } from "./rest/listing/list-blobs";
import { strongEtag } from "../util/same/etags";
import { defined } from "../util/defined";
import { BlobContent } from "./blob/blob-content";
import { byAnyOf } from "./blob/by-any-of";
import { BlobLeases } from "./blob/lease-blob";
import type { ContainerPolicies } from "./rest/container-policies";
import type { Target } from "./credential/target";
import type { RestClient } from "./rest/rest-client";
import { RetryPolicy } from "./http/retry";
import { getBlobTags } from "./blob/blob-tags";
import { tagsXml } from "./rest/xml";

/** The service's name for encryption without a scope. */
const ACCOUNT_KEY = "$account-encryption-key";
const XML = { "content-type": "application/xml" };

/** A destination over HTTP. Each method is one REST operation. */
export class HttpDestination extends BlobContent implements DestinationBlob {
  constructor(
    client: RestClient,
    private readonly policies: ContainerPolicies,
    target: Target,
    readonly account: string,
    leaseId: string | undefined,
  ) {
    super(client, target, leaseId);
  }

  getProperties(options?: RequestOptions): Promise<BlobProperties | undefined> {
    return inspectBlob(this.client, this.target, { headers: this.lease, signal: options?.signal });
  }

  getTags(options?: RequestOptions): Promise<Record<string, string>> {
    return getBlobTags(this.client, this.target, options?.signal);
  }

  async setTags(tags: Readonly<Record<string, string>>, { ifMatch, ifTag, signal }: TagsRequest = {}): Promise<void> {
    // Set Blob Tags has its own header for the condition on the blob's ETag.
    const headers = { ...XML, ...defined({ "x-ms-blob-if-match": strongEtag(ifMatch), "x-ms-if-tags": ifTag && tagCondition(ifTag) }) };
    const request = {
      operation: "Set Blob Tags",
      query: [["comp", "tags"]],
      headers,
      body: tagsXml(tags),
      retryPolicy: RetryPolicy.SHORT,
    } as const;
    await this.put({ ...request, signal });
  }

  mayBecomeImmutable(options?: RequestOptions): Promise<ContainerRule> {
    return this.policies.mayBecomeImmutable(containerOf(this.target), options?.signal);
  }

  async getDefaultScope(options?: RequestOptions): Promise<string | undefined> {
    const query = [["restype", "container"]] as const;
    const request = {
      operation: "Get Container Properties",
      method: "HEAD",
      query,
      retryPolicy: RetryPolicy.SHORT,
      repeatable: true,
    } as const;
    const { headers } = await this.client.send(containerOf(this.target), { ...request, signal: options?.signal });
    const scope = headers["x-ms-default-encryption-scope"];
    return typeof scope !== "string" || scope === ACCOUNT_KEY ? undefined : scope;
  }

  async setContentHeaders(
    headers: ContentHeadersReference & { readonly contentMd5?: string },
    request: GuardedRequest,
  ): Promise<WriteResult> {
    const all = { ...contentHeaderHeaders(headers), ...guardHeaders(request) };
    const put = {
      operation: "Set Blob Properties",
      query: [["comp", "properties"]],
      headers: all,
      retryPolicy: RetryPolicy.SHORT,
    } as const;
    return this.written(put.operation, await this.put({ ...put, signal: request.signal }));
  }

  async setSequenceNumber(sequenceNumber: number, request: GuardedRequest): Promise<WriteResult> {
    const headers = {
      "x-ms-sequence-number-action": "update",
      "x-ms-blob-sequence-number": String(sequenceNumber),
      ...guardHeaders(request),
    };
    const put = { operation: "Set Blob Properties", query: [["comp", "properties"]], headers, retryPolicy: RetryPolicy.SHORT } as const;
    return this.written(put.operation, await this.put({ ...put, signal: request.signal }));
  }

  async setMetadata(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<WriteResult> {
    const headers = { ...metadataHeaders(metadata), ...guardHeaders(request), ...encryptionHeaders(request.encryption) };
    const put = { operation: "Set Blob Metadata", query: [["comp", "metadata"]], headers, retryPolicy: RetryPolicy.SHORT } as const;
    return this.written(put.operation, await this.putWithKey({ ...put, signal: request.signal }));
  }

  async setLegalHold(isHeld: boolean, options?: RequestOptions): Promise<void> {
    const headers = { "x-ms-legal-hold": String(isHeld) };
    await this.protect({ operation: "Set Blob Legal Hold", query: [["comp", "legalhold"]], headers, signal: options?.signal });
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
    await this.protect({ operation: "Set Blob Immutability Policy", query: [["comp", "immutabilityPolicies"]], headers, signal });
  }

  async deleteImmutabilityPolicy(options?: RequestOptions): Promise<void> {
    const request = {
      operation: "Delete Blob Immutability Policy",
      method: "DELETE",
      retryPolicy: RetryPolicy.SHORT,
      repeatable: true,
    } as const;
    try {
      await this.client.send(this.target, { ...request, query: [["comp", "immutabilityPolicies"]], headers: {}, signal: options?.signal });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  async createSnapshot(metadata: Readonly<Record<string, string>>, request: MetadataRequest): Promise<TakenSnapshot> {
    const headers = { ...metadataHeaders(metadata), ...guardHeaders(request), ...encryptionHeaders(request.encryption) };
    const put = {
      operation: "Snapshot Blob",
      query: [["comp", "snapshot"]],
      headers,
      retryPolicy: RetryPolicy.SHORT,
      repeatable: false,
    } as const;
    const answer = await this.putWithKey({ ...put, signal: request.signal });
    const snapshot = answer.headers["x-ms-snapshot"];
    if (typeof snapshot !== "string" || snapshot === "") throw this.bareAnswer(put.operation, "x-ms-snapshot");
    return { snapshot, metadata, etag: answer.headers.etag ?? "", ...defined({ isPerhapsTwice: answer.isRepeated }) };
  }

  async listSnapshots(options?: RequestOptions): Promise<readonly SnapshotReference[]> {
    const { blobName } = this.target.blob;
    const snapshots: SnapshotReference[] = [];
    const details = { snapshots: true, metadata: true };
    const request = { prefix: blobName, details, readsAhead: false, ...(options?.signal && { signal: options.signal }) };
    for await (const page of listBlobs(this.client, containerOf(this.target), request)) {
      for (const blob of page) {
        // Names are listed in order, so this blob comes before all others that have its name as a
        // prefix.
        if (blob.name !== blobName) return snapshots;
        const { snapshot, metadata = {} } = blob.details ?? {};
        if (snapshot !== undefined) snapshots.push({ snapshot, metadata });
      }
    }
    return snapshots;
  }

  async hasSnapshot(snapshot: string, options?: RequestOptions): Promise<boolean> {
    const query = [["snapshot", snapshot]] as const;
    const request = { operation: "Get Blob Properties", method: "HEAD", query, retryPolicy: RetryPolicy.SHORT, repeatable: true } as const;
    try {
      await this.client.send(this.target, { ...request, headers: {}, signal: options?.signal });
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  async deleteSnapshot(snapshot: string, options?: RequestOptions): Promise<void> {
    await this.delete([["snapshot", snapshot]], {}, options?.signal);
  }

  async deleteBlob(request: GuardedRequest): Promise<void> {
    await this.delete([], { ...guardHeaders(request), ...this.lease }, request.signal);
  }

  copySnapshotBack(snapshot: string, request: Omit<CopyRequest, "source">): Promise<StartedCopy> {
    const { blob, credential } = this.target;
    // A destination's SAS does not extend to the source, not even to a snapshot of the same blob.
    const sas = credential.query === "" ? "" : `&${credential.query}`;
    return this.copyBlob({ ...request, source: { url: `${blob.url}?snapshot=${encodeURIComponent(snapshot)}${sas}` } });
  }

  acquireLease(leaseId: string, seconds: number, request: GuardedRequest): Promise<void> {
    return this.#leases.acquire(leaseId, seconds, guardHeaders(request), request.signal);
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
}

/** A condition on tags, in the service's syntax. */
function tagCondition(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `"${name}" = '${value}'`)
    .join(" AND ");
}
