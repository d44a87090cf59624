import type { BlobContainer, BlobContainers, ContainerReference, ListedBlob, ListRequest } from "../../../src/engine/ports/blob-container";
import { listedFrom } from "../../../src/engine/set/plan/look-up";
import type { Side } from "../../../src/failure/service-error";
import { LocationKind, type LocationReference } from "../../../src/intent";
import { propertiesOf } from "./blob";
import { exchange, type MemoryProcess } from "./exchange";
import type { MemoryService } from "./service";

const PAGE = 3;

/** A container of the service in memory that can be listed. Its blobs are copied one by one. */
export class ListedContainer implements Pick<BlobContainer, "side" | "reference" | "url" | "account" | "urlOf" | "locationOf" | "list"> {
  constructor(
    private readonly service: MemoryService,
    private readonly process: MemoryProcess,
    readonly reference: ContainerReference,
    readonly side: Side,
  ) {}

  get url(): string {
    const { blobEndpoint, containerName } = this.reference;
    return `${blobEndpoint.replace(/\/$/, "")}/${containerName}`;
  }

  get account(): string {
    return new URL(this.url).host;
  }

  urlOf(name: string): string {
    return `${this.url}/${name}`;
  }

  locationOf(blobName: string): LocationReference {
    return { kind: LocationKind.BLOB, ...this.reference, blobName };
  }

  async *list({ prefix, startFrom = "", signal }: ListRequest): AsyncIterable<readonly ListedBlob[]> {
    const { service, process, side, url } = this;
    for (let after = ""; ;) {
      const effect = () => this.#names(prefix).filter((name) => name > after && name >= startFrom);
      const names = await exchange(service, process, { side, operation: "List Blobs", url, writes: false, signal, effect });
      const page = names.slice(0, PAGE);
      yield page.flatMap((name) => {
        const blob = service.blobOf(service.name(this.urlOf(name)));
        return blob === undefined ? [] : [listedFrom(name, propertiesOf(blob), blob.tags)];
      });
      after = page.at(-1) ?? "";
      if (names.length <= PAGE) return;
    }
  }

  #names(prefix: string): readonly string[] {
    const { url } = this;
    const names = this.service.urls().flatMap((blob) => (blob.startsWith(`${url}/${prefix}`) ? [blob.slice(url.length + 1)] : []));
    return names.sort();
  }
}

/**
 * The part of a store that a set needs besides single blobs, as long as its blobs are copied one by
 * one.
 */
export function containersOf(service: MemoryService, process: MemoryProcess): BlobContainers {
  return {
    container: (reference, side) => new ListedContainer(service, process, reference, side) as unknown as BlobContainer,
    placeOf: () => undefined,
    onThrottled: () => () => undefined,
    limitRequests: () => undefined,
  };
}
