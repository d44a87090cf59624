import { createBlobStore } from "../../../src/azure/create-blob-store";
import { parseLocation } from "../../../src/azure/address/blob-url";
import { ANONYMOUS } from "../../../src/azure/credential/anonymous";
import { RetryPolicy } from "../../../src/azure/http/retry";
import { RestClient, type RestRequest } from "../../../src/azure/rest/rest-client";
import { systemClock, type Clock } from "../../../src/engine/ports/clock";
import { CopyMethod, LocationKind, OverwritePolicy, SourceGuard } from "../../../src/intent";
import type { RecordedExchange } from "./recorded";

/** Retries without waiting. */
const clock: Clock = { now: () => systemClock.now(), sleep: () => Promise.resolve() };

/** The program's clients for both sides of a copy. */
export class Client {
  private readonly store;
  private readonly rest = new RestClient(clock, {});
  private readonly place;

  constructor(endpoint: string) {
    this.store = createBlobStore({ environment: {}, clock });
    this.place = { blobEndpoint: endpoint, containerName: "data" };
  }

  get destination() {
    return this.store.destination(this.location);
  }

  get source() {
    return this.store.source(this.location);
  }

  get container() {
    return this.store.container(this.place, "destination");
  }

  /** Sends an operation for which the program does not have further code. */
  send(operation: string, method: RestRequest["method"]) {
    const target = { side: "destination", blob: parseLocation(this.location, "destination"), credential: ANONYMOUS } as const;
    return this.rest.send(target, { operation, method, retryPolicy: RetryPolicy.SHORT, repeatable: true });
  }

  /** The fast path of a copy set, which has its own parser for answers. */
  async putBlobFromUrlOfASet() {
    const source = this.store.container(this.place, "source");
    const signal = new AbortController().signal;
    const copier = await this.container.copier(source, OPTIONS, 60_000, signal);
    return copier.copy("from", "to", { sourceEtag: undefined, destination: undefined });
  }

  close(): void {
    this.store.close();
    this.rest.close();
  }

  private get location() {
    return { kind: LocationKind.BLOB, ...this.place, blobName: "blob.bin" } as const;
  }
}

const OPTIONS = { overwrite: OverwritePolicy.ALWAYS, method: CopyMethod.AUTO, sourceGuard: SourceGuard.ETAG } as const;
const SOURCE = { url: "https://srcacct.blob.core.windows.net/data/blob.bin" };
const RANGE = { encryption: {}, source: SOURCE, sourceRange: { offset: 0, count: 512 } };
const COPY_ID = "00000000-0000-0000-0000-000000000000";
const LEASE_ID = "11111111-1111-1111-1111-111111111111";
const BLOCK_ID = "MDAw";

/** Sends the same request as in the recorded exchange, with the program's own client. */
export function ask(client: Client, { operation, request }: RecordedExchange): Promise<unknown> {
  const { destination, source, container } = client;
  const { signal } = new AbortController();
  switch (operation) {
    case "Get Blob Properties":
      return destination.getProperties();
    case "Copy Blob":
      return destination.copyBlob({ source: SOURCE });
    case "Copy Blob From URL":
      return destination.copyBlobFromUrl({ source: SOURCE });
    case "Put Blob From URL":
      return destination.putBlobFromUrl({ source: SOURCE });
    case "Put Block From URL":
      return destination.putBlockFromUrl(BLOCK_ID, RANGE);
    case "Put Page From URL":
      return destination.putPageFromUrl(RANGE);
    case "Append Block From URL":
      return destination.appendBlockFromUrl(0, RANGE);
    case "Put Block List":
      return destination.putBlockList([BLOCK_ID], {});
    case "Put Block":
      return container.putBlock("blob.bin", BLOCK_ID, "text", signal);
    case "Put Blob":
      return destination.createAppendBlob({});
    case "Abort Copy Blob":
      return destination.abortCopy(COPY_ID);
    case "Set Blob Properties":
      return destination.setContentHeaders({}, {});
    case "Set Blob Metadata":
      return destination.setMetadata({}, { encryption: {} });
    case "Snapshot Blob":
      return destination.createSnapshot({}, { encryption: {} });
    case "Delete Blob":
      return destination.deleteBlob({});
    case "Get Blob Tags":
      return destination.getTags();
    case "Set Blob Tags":
      return destination.setTags({});
    case "Lease Blob":
      return source.renewLease(LEASE_ID);
    case "Get Page Ranges":
      return source.getPageRanges();
    case "Get Block List":
      return container.committedBlocks("blob.bin", signal);
    case "Get Blob":
      return container.readBlob("blob.bin", signal);
    case "List Blobs":
      return firstPage(client);
    default:
      return client.send(operation, methodOf(request.method));
  }
}

async function firstPage({ container }: Client) {
  const details = { headers: true, metadata: true, tags: true, copy: true, snapshots: true };
  for await (const page of container.list({ prefix: "", details, readsAhead: false })) return page;
  return [];
}

function methodOf(method: string): RestRequest["method"] {
  const known = (["GET", "HEAD", "PUT", "POST", "DELETE"] as const).find((one) => one === method);
  if (known === undefined) throw new Error(`${method} is no method`);
  return known;
}
