import type { Clock } from "../../../src/engine/ports/clock";
import { ServiceError } from "../../../src/failure/service-error";
import type { BlobContainer, ListedBlob, ListRequest } from "../../../src/engine/ports/blob-container";
import { BlobType } from "../../../src/intent";
import type { StartFromRule } from "../fake-blob-service/script";

/** Compares two names by their order in listings. */
export type NameOrder = (one: string, other: string) => number;

const byUnits: NameOrder = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** Orders of names: flat namespaces, another conceivable order, and hierarchical namespaces. */
export const nameOrders = {
  units: byUnits,
  bytes: (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other)),
  hierarchical: (one: string, other: string) => byUnits(one.replaceAll("/", "\u0000"), other.replaceAll("/", "\u0000")),
} satisfies Record<string, NameOrder>;

export interface MemoryContainerOptions {
  readonly side: "source" | "destination";
  readonly order?: NameOrder;
  readonly startFrom?: StartFromRule;
  /** Maximum number of blobs in a page. */
  readonly pageSize?: number;
  /** Duration of each request. */
  readonly latency?: { readonly clock: Clock; readonly milliseconds: number };
}

/** A container that supports only listing. */
export class MemoryContainer implements Pick<BlobContainer, "side" | "url" | "account" | "list" | "urlOf"> {
  readonly url = "https://memory";
  readonly requests: ListRequest[] = [];
  underWay = 0;
  mostUnderWay = 0;
  readonly #names: readonly string[];
  readonly #order: NameOrder;

  constructor(
    names: readonly string[],
    private readonly options: MemoryContainerOptions,
  ) {
    this.#order = options.order ?? nameOrders.units;
    this.#names = [...names].sort(this.#order);
  }

  get side() {
    return this.options.side;
  }

  get account(): string {
    return this.options.side;
  }

  urlOf(name: string): string {
    return `${this.url}/${name}`;
  }

  async *list(request: ListRequest): AsyncIterable<readonly ListedBlob[]> {
    const { prefix, readsAhead = true } = request;
    const { startFrom: rule = "honoured" } = this.options;
    const names = prefix === "" ? this.#names : this.#names.filter((name) => name.startsWith(prefix));
    const { startFrom } = request;
    let index = 0;
    if (startFrom !== undefined && rule === "honoured") {
      const found = names.findIndex((name) => this.#order(name, startFrom) >= 0);
      index = found === -1 ? names.length : found;
    }
    const size = Math.min(request.pageSize ?? Infinity, this.options.pageSize ?? 5_000);
    const pageAt = (from: number) => this.#answer(request, () => names.slice(from, from + size).map(blobOf));
    let next = pageAt(index);
    for (;;) {
      const page = await next;
      index += page.length;
      const more = index < names.length;
      if (more && readsAhead) next = pageAt(index);
      yield page;
      if (!more) return;
      if (!readsAhead) next = pageAt(index);
    }
  }

  async #answer(request: ListRequest, page: () => ListedBlob[]): Promise<ListedBlob[]> {
    this.requests.push(request);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    const { latency, startFrom: rule } = this.options;
    if (latency !== undefined) await latency.clock.sleep(latency.milliseconds);
    this.underWay--;
    if (rule === "refused" && request.startFrom !== undefined) throw refusal(this.side);
    return page();
  }
}

function blobOf(name: string): ListedBlob {
  return {
    name,
    etag: '"0x1"',
    lastModified: "Mon, 05 Jan 2026 12:00:00 GMT",
    length: 1,
    blobType: BlobType.BLOCK,
    contentMd5: "MD5",
    tier: undefined,
    details: undefined,
  };
}

function refusal(side: "source" | "destination"): ServiceError {
  return new ServiceError({
    side,
    operation: "List Blobs",
    url: "https://memory",
    status: 400,
    code: "InvalidQueryParameterValue",
    message: "no such parameter",
    outcomeUnknown: false,
  });
}
