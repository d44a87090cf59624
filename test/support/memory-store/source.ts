import { withoutQuery } from "../../../src/util/secrets/redaction";
import { sourceIdentity } from "../../../src/util/source-identity";
import { randomUUID } from "node:crypto";
import type { ByteRange, ReadableSource, RequestOptions } from "../../../src/engine/ports/requests";
import type { SourceObject } from "../../../src/engine/ports/blob-store";
import type { SourceProperties } from "../../../src/engine/ports/blob-properties";
import { propertiesOf } from "./blob";
import { exchange, type MemoryProcess } from "./exchange";
import { Refusal } from "./script";
import { type MemoryService, nameOf } from "./service";

/**
 * A source in memory. Outside `*.blob.test` it is on a web server, which reports fewer properties.
 */
export class MemorySource implements SourceObject {
  readonly isFile = false;

  constructor(
    private readonly service: MemoryService,
    private readonly process: MemoryProcess,
    private readonly address: string,
  ) {}

  /** A web server's query may contain anything, so it is left out. */
  get url(): string {
    return this.account === undefined ? withoutQuery(this.address) : this.address;
  }

  get identity(): string {
    return sourceIdentity(this.address);
  }

  get account(): string | undefined {
    const { host } = new URL(this.address);
    return host.endsWith(".blob.test") ? host : undefined;
  }

  get isImmutable(): boolean {
    return this.address.includes("snapshot=");
  }

  getProperties(options?: RequestOptions): Promise<SourceProperties | undefined> {
    return this.#send("Get Source Properties", options, () => {
      const blob = this.#find();
      if (blob === undefined) return undefined;
      const { etag, lastModified, length, contentMd5, headers, metadata, blobType, tier } = propertiesOf(blob);
      if (this.account !== undefined) return { etag, lastModified, length, contentMd5, headers, metadata, blobType, tier };
      const told = this.service.webServersTellLength ? length : undefined;
      return { etag, lastModified, length: told, contentMd5, headers, metadata: {}, blobType: undefined, tier: undefined };
    });
  }

  getTags(options?: RequestOptions): Promise<Record<string, string>> {
    return this.#send("Get Source Tags", options, () => ({ ...this.#existing().tags }));
  }

  getPageRanges(options?: RequestOptions): Promise<readonly ByteRange[]> {
    return this.#send("Get Page Ranges", options, () => this.#existing().content.ranges);
  }

  async readable(...[, , lifetimeMilliseconds]: Parameters<SourceObject["readable"]>): Promise<ReadableSource> {
    this.service.sourceAccess.push(lifetimeMilliseconds);
    return { url: `${this.address}${this.address.includes("?") ? "&" : "?"}sig=secret` };
  }

  acquireLease(seconds: number, options?: RequestOptions): Promise<string> {
    const leaseId = randomUUID();
    return this.#lease(options, () => {
      const held = this.service.leaseOf(this.#name());
      if (held !== undefined && held.id !== leaseId) throw new Refusal(409, "LeaseAlreadyPresent");
      this.#existing();
      const lease = { id: leaseId, seconds, endsAt: this.service.clock.now() + seconds * 1_000 };
      this.#name().lease = lease;
      return lease.id;
    });
  }

  renewLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#lease(options, () => {
      const { lease } = this.#name();
      if (lease?.id !== leaseId) throw new Refusal(409, "LeaseIdMismatchWithLeaseOperation");
      lease.endsAt = this.service.clock.now() + lease.seconds * 1_000;
    });
  }

  releaseLease(leaseId: string, options?: RequestOptions): Promise<void> {
    return this.#lease(options, () => {
      this.#held(leaseId);
      this.#name().lease = undefined;
    });
  }

  #lease<T>(options: RequestOptions | undefined, effect: () => T): Promise<T> {
    return this.#send("Lease Blob", options, effect, true);
  }

  #held(leaseId: string) {
    const lease = this.service.leaseOf(this.#name());
    if (lease?.id !== leaseId) throw new Refusal(409, "LeaseIdMismatchWithLeaseOperation");
    return lease;
  }

  #send<T>(operation: string, options: RequestOptions | undefined, effect: () => T, writes = false): Promise<T> {
    return exchange(this.service, this.process, { side: "source", operation, url: this.url, writes, signal: options?.signal, effect });
  }

  #name() {
    return this.service.name(nameOf(new URL(this.address)));
  }

  #find() {
    const snapshot = new URL(this.address).searchParams.get("snapshot");
    return snapshot === null ? this.service.blobOf(this.#name()) : this.#name().snapshots.get(snapshot);
  }

  #existing() {
    const blob = this.#find();
    if (blob === undefined) throw new Refusal(404, "BlobNotFound");
    return blob;
  }
}
