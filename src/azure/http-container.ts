import { isAbsent, changedMeanwhile, isGone, isOfAnotherType } from "../failure/service-codes";
import type { Side } from "../failure/service-error";
import type {
  BlobContainer,
  Deleted,
  BlobCopier,
  CommittedBlocks,
  CommittedText,
  ContainerReference,
  CopyOptions,
  ListedBlob,
  ListRequest,
  ReadBlob,
} from "../engine/ports/blob-container";
import type { Renew, SasGrant } from "../engine/ports/credential-holder";
import { asShown, type ConditionsReference, LocationKind, type LocationReference } from "../intent";
import { lengthOfWhole } from "./blob/blob-piece";
import { inspectBlob } from "./blob/inspect-blob";
import { escapeName } from "./address/blob-name";
import { listBlobs } from "./rest/listing/list-blobs";
import { PutBlobCopier } from "./fast-put/put-blob-copier";
import type { ReadableSources } from "./copy-source/readable-sources";
import { asksForTags, conditionHeaders } from "./rest/request-headers";
import type { Target } from "./credential/target";
import type { RestClient } from "./rest/rest-client";
import { RetryPolicy } from "./http/retry";
import { blockListXml, elementTexts } from "./rest/xml";

export class HttpContainer implements BlobContainer {
  constructor(
    private readonly client: RestClient,
    private readonly readableSources: ReadableSources,
    readonly reference: ContainerReference,
    readonly target: Target,
  ) {}

  get side(): Side {
    return this.target.side;
  }

  get url(): string {
    return this.target.blob.url;
  }

  get account(): string {
    return this.target.blob.account ?? this.target.blob.endpoint.authority;
  }

  get sasGrant(): SasGrant | undefined {
    return this.target.credential.sasGrant;
  }

  get credentialExpiresOn(): Date | undefined {
    return this.target.credential.expiresOn;
  }

  get renewCredential(): Renew | undefined {
    return this.target.credential.renew;
  }

  urlOf(name: string): string {
    return `${this.url}/${escapeName(name, this.side)}`;
  }

  locationOf(blobName: string): LocationReference {
    return { kind: LocationKind.BLOB, ...this.reference, blobName };
  }

  list(request: ListRequest): AsyncIterable<readonly ListedBlob[]> {
    return listBlobs(this.client, this.target, request);
  }

  async copier(source: BlobContainer, options: CopyOptions, lifetimeMilliseconds: number, signal: AbortSignal): Promise<BlobCopier> {
    if (!(source instanceof HttpContainer)) throw new TypeError("both containers must be of one blob store");
    const readable = await this.readableSources.readableContainer(
      source.target,
      this.target,
      lifetimeMilliseconds,
      asksForTags(asShown(options)) ? "content-and-tags" : "content",
    );
    return new PutBlobCopier({ client: this.client, source: source.target, destination: this.target, options, readable, signal });
  }

  async readBlob(name: string, signal: AbortSignal): Promise<ReadBlob | undefined> {
    const target = this.#blob(name);
    let length: number | undefined;
    const piece = (offset: number, etag: string | undefined) =>
      this.client.send(target, {
        operation: "Get Blob",
        method: "GET",
        headers: { "x-ms-range": `bytes=${offset}-${offset + PIECE_BYTES - 1}`, ...(etag === undefined ? {} : { "if-match": etag }) },
        retryPolicy: RetryPolicy.SHORT,
        repeatable: true,
        signal,
        check: (_body, answer) => (length = lengthOfWhole(answer, { offset, count: PIECE_BYTES, length })),
      });
    try {
      const first = await piece(0, undefined);
      const etag = first.headers.etag ?? "";
      async function* text() {
        yield first.body;
        for (let offset = PIECE_BYTES; offset < (length ?? 0); offset += PIECE_BYTES) yield (await piece(offset, etag)).body;
      }
      return { etag, lastModified: new Date(first.headers["last-modified"] ?? 0), text: text() };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async putBlock(name: string, blockId: string, text: string, signal: AbortSignal, leaseId?: string): Promise<void> {
    const query = [
      ["comp", "block"],
      ["blockid", blockId],
    ] as const;
    const request = {
      operation: "Put Block",
      method: "PUT",
      query,
      body: text,
      retryPolicy: RetryPolicy.MEDIUM,
      repeatable: true,
    } as const;
    const headers: Record<string, string> = leaseId === undefined ? {} : { "x-ms-lease-id": leaseId };
    await this.client.send(this.#blob(name), { ...request, headers, signal });
  }

  async putBlockList(
    name: string,
    blockIds: readonly string[],
    conditions: ConditionsReference,
    signal: AbortSignal,
    leaseId?: string,
  ): Promise<CommittedText | undefined> {
    const headers = {
      "content-type": "application/xml",
      "x-ms-blob-content-type": "application/x-ndjson",
      ...conditionHeaders(conditions),
      ...(leaseId === undefined ? {} : { "x-ms-lease-id": leaseId }),
    };
    const query = [["comp", "blocklist"]] as const;
    const request = {
      operation: "Put Block List",
      method: "PUT",
      query,
      headers,
      retryPolicy: RetryPolicy.MEDIUM,
      repeatable: true,
    } as const;
    const answer = await this.client.send(this.#blob(name), { ...request, body: blockListXml(blockIds), signal });
    const { etag, "last-modified": time } = answer.headers;
    return etag === undefined ? undefined : { etag, lastModified: time === undefined ? undefined : new Date(time) };
  }

  async committedBlocks(name: string, signal: AbortSignal): Promise<CommittedBlocks | undefined> {
    const query = [
      ["comp", "blocklist"],
      ["blocklisttype", "committed"],
    ] as const;
    try {
      const request = { operation: "Get Block List", method: "GET", query, retryPolicy: RetryPolicy.SHORT, repeatable: true } as const;
      const target = this.#blob(name);
      const { headers, body } = await this.client.send(target, { ...request, signal });
      const blockIds = elementTexts(/<CommittedBlocks>([^]*)<\/CommittedBlocks>/.exec(body)?.[1] ?? "", "Name");
      // Without blocks, there is no blob. If there are blocks, the server has left the ETag out, so
      // the blob is inspected.
      const now =
        headers.etag === undefined && blockIds.length > 0 ? await inspectBlob(this.client, target, { headers: {}, signal }) : undefined;
      const etag = headers.etag ?? now?.etag;
      return etag === undefined ? undefined : { etag, blockIds, length: Number(headers["x-ms-blob-content-length"] ?? 0) };
    } catch (error) {
      if (isGone(error) || isOfAnotherType(error)) return undefined;
      throw error;
    }
  }

  async deleteBlob(name: string, etag: string, signal: AbortSignal, leaseId?: string): Promise<Deleted> {
    try {
      const headers = { "if-match": etag, ...(leaseId === undefined ? {} : { "x-ms-lease-id": leaseId }) };
      const request = { operation: "Delete Blob", method: "DELETE", retryPolicy: RetryPolicy.SHORT, repeatable: true } as const;
      await this.client.send(this.#blob(name), { ...request, headers, signal });
      return "deleted";
    } catch (error) {
      if (isAbsent(error)) return "gone";
      if (changedMeanwhile(error)) return "changed";
      throw error;
    }
  }

  #blob(name: string): Target {
    const { blob } = this.target;
    return {
      ...this.target,
      blob: { ...blob, path: `${blob.path}/${escapeName(name, this.side)}`, url: this.urlOf(name), blobName: name },
    };
  }
}

/**
 * Bytes of one Get Blob. It cannot split a character, because the blobs read here contain only JSON
 * in ASCII.
 */
const PIECE_BYTES = 4 * 1024 * 1024;
