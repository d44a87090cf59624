import { randomUUID } from "node:crypto";
import type { ByteRange, ReadableSource, RequestOptions, SourceAccess } from "../engine/ports/requests";
import type { SourceObject } from "../engine/ports/blob-store";
import type { SasGrant } from "../engine/ports/credential-holder";
import type { SourceProperties } from "../engine/ports/blob-properties";
import { isAbsent, isPerhapsPrivate } from "../failure/service-codes";
import { ServiceError } from "../failure/service-error";
import type { CopyMethod } from "../intent";
import { BlobLeases } from "./blob/lease-blob";
import type { ReadableSources } from "./copy-source/readable-sources";
import { requireBlob } from "./blob/inspect-blob";
import { getPageRanges } from "./blob/page-ranges";
import { keyHeaders } from "./rest/request-headers";
import { sourceProperties } from "./rest/response-headers";
import type { Target } from "./credential/target";
import type { RestClient, RestRequest } from "./rest/rest-client";
import { RetryPolicy } from "./http/retry";
import { getBlobTags } from "./blob/blob-tags";
import { sourceIdentity } from "../util/source-identity";

const NOTHING_KNOWN: SourceProperties = {
  etag: undefined,
  lastModified: undefined,
  length: undefined,
  blobType: undefined,
  contentMd5: undefined,
  tier: undefined,
  headers: {},
  metadata: {},
};

/** A source over HTTP, in Azure or elsewhere. Each method is one REST operation. */
export class HttpSource implements SourceObject {
  constructor(
    private readonly client: RestClient,
    private readonly readableSources: ReadableSources,
    private readonly target: Target,
  ) {}

  get url(): string {
    const { kind, url, query } = this.target.blob;
    return query === "" || kind === "web" ? url : `${url}?${query}`;
  }

  get identity(): string {
    const { url, query } = this.target.blob;
    return sourceIdentity(query === "" ? url : `${url}?${query}`);
  }

  get account(): string | undefined {
    return this.target.blob.account;
  }

  get isFile(): boolean {
    return this.target.blob.kind === "file";
  }

  get isImmutable(): boolean {
    return this.target.blob.snapshot !== undefined || this.target.blob.versionId !== undefined;
  }

  get sasGrant(): SasGrant | undefined {
    return this.target.credential.sasGrant;
  }

  async getProperties(options?: RequestOptions): Promise<SourceProperties | undefined> {
    const { kind } = this.target.blob;
    const operation = { blob: "Get Blob Properties", file: "Get File Properties", web: "HEAD" }[kind];
    try {
      const headers = keyHeaders(this.target.encryptionKey);
      const request = { operation, method: "HEAD", headers, retryPolicy: RetryPolicy.SHORT, repeatable: true } as const;
      const told = await this.#head({ ...request, signal: options?.signal, ...(kind === "web" ? {} : { check: requireBlob }) });
      // Frameworks may answer HEAD without producing the body, and report a length of 0.
      return kind === "web" && told.length === 0 ? { ...told, length: (await this.#firstByte(options))?.length } : told;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // Servers without HEAD, or with URLs that are signed only for GET, refuse it with any status.
      if (kind === "web" && error.status >= 400) return this.#firstByte(options);
      // An error that says more than that the blob is absent must reach the user.
      if (isAbsent(error) && error.evidence?.isSoftDeleted !== true && !isPerhapsPrivate(error)) return undefined;
      throw error;
    }
  }

  getTags(options?: RequestOptions): Promise<Record<string, string>> {
    return getBlobTags(this.client, this.target, options?.signal);
  }

  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]> {
    return getPageRanges(this.client, this.target, options?.signal);
  }

  readable(
    method: CopyMethod,
    destinationAccount: string,
    lifetimeMilliseconds: number,
    access: SourceAccess = "content",
  ): Promise<ReadableSource> {
    return this.readableSources.readable(this.target, { method, destinationAccount, lifetimeMilliseconds, access });
  }

  async acquireLease(seconds: number, { signal }: RequestOptions = {}): Promise<string> {
    // Proposed, so that the request can be repeated.
    const leaseId = randomUUID();
    await this.#leases.acquire(leaseId, seconds, {}, signal);
    return leaseId;
  }

  renewLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#leases.renew(leaseId, options?.signal);
  }

  releaseLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#leases.release(leaseId, options?.signal);
  }

  get #leases(): BlobLeases {
    return new BlobLeases(this.client, this.target);
  }

  /** Finds the length with a GET request for one byte, if HEAD does not show it. */
  async #firstByte(options: RequestOptions | undefined): Promise<SourceProperties | undefined> {
    const headers = { range: "bytes=0-0" };
    try {
      const request = {
        operation: "GET",
        method: "GET",
        headers,
        headersOnly: true,
        retryPolicy: RetryPolicy.SHORT,
        repeatable: true,
      } as const;
      return await this.#head({ ...request, signal: options?.signal });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.status === 404) return undefined;
      if (error.status !== 416) throw error;
      // There is no first byte, so the object is empty.
      return { ...NOTHING_KNOWN, length: 0 };
    }
  }

  async #head(request: RestRequest): Promise<SourceProperties> {
    return sourceProperties(await this.client.send(this.target, request));
  }
}
