import type { BlobContainer } from "../../engine/ports/blob-container";
import type { BlobProperties } from "../../engine/ports/blob-properties";
import type { BlobStore, DestinationBlob, SourceObject } from "../../engine/ports/blob-store";
import type { ReadableSource, SourceAccess } from "../../engine/ports/requests";
import { BlobType, type CopyMethod, LocationKind, type LocationReference } from "../../intent";
import { contentHeaderHeaders, metadataHeaders, propertyHeaders } from "../../azure/rest/request-headers";
import type { WrittenProperties } from "../../engine/ports/blob-properties";
import { type Answered, type Asked, type Requests } from "./requests";

/** Time that the service may take for a copy, and during which it may read the source. */
const LIFETIME_MILLISECONDS = 3_600_000;
const PAGE = 512;

export interface Seed {
  /** Default: BLOCK. The content of a page blob is padded to whole pages. */
  readonly type?: BlobType;
  /** Printable ASCII. Default: a short text that is different for each blob. */
  readonly content?: string;
  readonly properties?: WrittenProperties;
}

/** A blob that the suite has written. */
export interface Seeded {
  readonly name: string;
  readonly etag: string;
  readonly content: string;
}

/**
 * One container of the suite, with the program's own requests and those that only the suite sends.
 */
export class Bench {
  #blobs = 0;

  constructor(
    private readonly store: BlobStore,
    readonly container: BlobContainer,
    private readonly requests: Requests,
  ) {}

  /** A name that is not in use yet. */
  freshName(what = "blob"): string {
    return `${what} ${++this.#blobs}`;
  }

  locationOf(name: string): LocationReference {
    return this.container.locationOf(name);
  }

  destination(name = this.freshName(), leaseId?: string): DestinationBlob {
    return this.store.destination(this.locationOf(name), { leaseId });
  }

  source(name: string, moment: { readonly snapshot?: string } = {}): SourceObject {
    return this.store.source({ kind: LocationKind.BLOB, ...this.container.reference, blobName: name, ...moment });
  }

  /** The service's access to a blob of this container, for a copy into `account`. */
  readable(name: string, method: CopyMethod, account: string, access: SourceAccess = "content"): Promise<ReadableSource> {
    return this.source(name).readable(method, account, LIFETIME_MILLISECONDS, access);
  }

  async properties(name: string): Promise<BlobProperties> {
    const properties = await this.destination(name).getProperties();
    if (properties === undefined) throw new Error(`${name} is gone`);
    return properties;
  }

  /** Get Blob: the content as text. */
  async contentOf(name: string): Promise<string> {
    return (await this.ask(name, { operation: "Get Blob", method: "GET" })).body;
  }

  /** Put Blob, followed by Put Page or Append Block for a page or append blob. */
  async put({ type = BlobType.BLOCK, content, properties = {} }: Seed = {}, name = this.freshName()): Promise<Seeded> {
    const text = paddedFor(type, content ?? `content of ${name}, ${Math.random().toString(36).slice(2)}`);
    const headers = { "x-ms-blob-type": type, ...propertyHeaders(properties) };
    if (type === BlobType.BLOCK) return this.#seeded(name, text, { operation: "Put Blob", headers, body: text });
    const length: Record<string, string> = type === BlobType.PAGE ? { "x-ms-blob-content-length": String(text.length) } : {};
    const created = await this.#seeded(name, text, { operation: "Put Blob", headers: { ...headers, ...length } });
    if (text === "") return created;
    if (type === BlobType.APPEND)
      return this.#seeded(name, text, { operation: "Append Block", query: [["comp", "appendblock"]], body: text });
    return this.writePage(name, text);
  }

  /** Put Page: writes new text over the first pages of a page blob. */
  writePage(name: string, content = paddedFor(BlobType.PAGE, `page of ${name}, ${Math.random().toString(36).slice(2)}`)): Promise<Seeded> {
    const headers = { "x-ms-page-write": "update", "x-ms-range": `bytes=0-${content.length - 1}` };
    return this.#seeded(name, content, { operation: "Put Page", query: [["comp", "page"]], headers, body: content });
  }

  /** Sends any request. Rejects when the service refuses it. */
  async must(name: string, asked: Asked): Promise<Answered> {
    const answer = await this.ask(name, asked);
    if (answer.status < 300) return answer;
    throw new Error(`${asked.operation}, which prepares this check, was answered ${answer.status} ${answer.code ?? ""}`);
  }

  /** Sends any request, and returns any response. */
  ask(name: string | undefined, asked: Asked): Promise<Answered> {
    return this.requests.send(name, asked);
  }

  /** Put Blob that replaces the existing blob. */
  overwrite(name: string, content: string): Promise<Answered> {
    return this.ask(name, { operation: "Put Blob", headers: { "x-ms-blob-type": BlobType.BLOCK }, body: content });
  }

  setMetadata(name: string, metadata: Readonly<Record<string, string>>): Promise<Answered> {
    return this.ask(name, { operation: "Set Blob Metadata", query: [["comp", "metadata"]], headers: metadataHeaders(metadata) });
  }

  setHeaders(name: string, contentType: string): Promise<Answered> {
    const headers = contentHeaderHeaders({ contentType });
    return this.ask(name, { operation: "Set Blob Properties", query: [["comp", "properties"]], headers });
  }

  async #seeded(name: string, content: string, asked: Asked): Promise<Seeded> {
    const { headers } = await this.must(name, asked);
    return { name, content, etag: headers.etag ?? "" };
  }
}

function paddedFor(type: BlobType, content: string): string {
  return type === BlobType.PAGE ? content.padEnd(Math.max(1, Math.ceil(content.length / PAGE)) * PAGE, ".") : content;
}
