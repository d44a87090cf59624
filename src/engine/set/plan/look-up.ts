import { BlobType, type RecopyPolicy } from "../../../intent";
import type { BlobProperties, SourceProperties } from "../../ports/blob-properties";
import { explain } from "../../../failure/explain";
import { inParallel } from "../../../util/in-parallel";
import type { BlobContainer, CopyOptions, ListedBlob, WantedDetails } from "../../ports/blob-container";
import { destinationDetails, sourceDetails } from "./decide";
import { listNames } from "../list/list-names";
import type { PlanContext } from "./context";

/**
 * From this many wanted blobs of one container on, a listing is cheaper than a request for each.
 */
const WORTH_A_LISTING = 64;
const MAX_PARALLEL_READS = 32;

interface Wanted {
  readonly container: BlobContainer;
  readonly names: Set<string>;
  readonly found: Map<string, ListedBlob>;
  details: WantedDetails | undefined;
}

export interface LookUpOptions extends Pick<PlanContext, "store" | "signal" | "showsCopies"> {
  readonly isAtomic: boolean;
  readonly recopy: RecopyPolicy;
}

/**
 * Finds many blobs by name with few requests: one listing for many blobs of one container, Get Blob
 * Properties for few.
 */
export class DestinationLookup {
  readonly #containers = new Map<BlobContainer, Wanted>();

  constructor(private readonly request: LookUpOptions) {}

  want(container: BlobContainer, name: string, options: CopyOptions): void {
    let wanted = this.#containers.get(container);
    if (wanted === undefined) {
      wanted = { container, names: new Set(), found: new Map(), details: undefined };
      this.#containers.set(container, wanted);
    }
    wanted.names.add(name);
    const { isAtomic, recopy, showsCopies = false } = this.request;
    const details =
      container.side === "source" ? sourceDetails(options, isAtomic, recopy) : destinationDetails(options, recopy, showsCopies);
    if (details !== undefined) wanted.details = merged(wanted.details, details);
  }

  async run(): Promise<void> {
    for (const wanted of this.#containers.values()) {
      const missing = wanted.names.size >= WORTH_A_LISTING ? await this.#list(wanted) : [...wanted.names];
      await this.#askForEach(wanted, missing);
    }
  }

  found(container: BlobContainer, name: string): ListedBlob | undefined {
    return this.#containers.get(container)?.found.get(name);
  }

  /** Returns the names that still have to be requested one by one. */
  async #list({ container, names, found, details }: Wanted): Promise<readonly string[]> {
    const onListed = (blob: ListedBlob) => {
      found.set(blob.name, blob);
      return true;
    };
    const unanswered = await listNames({ container, names, details, signal: this.request.signal, onListed });
    return unanswered.areAbsent ? [] : unanswered.names;
  }

  async #askForEach({ container, found, details }: Wanted, names: readonly string[]): Promise<void> {
    const { store, signal } = this.request;
    await inParallel(names, MAX_PARALLEL_READS, signal, async (name) => {
      const location = container.locationOf(name);
      const blob = container.side === "source" ? store.source(location) : store.destination(location);
      try {
        const properties = await blob.getProperties({ signal });
        if (properties === undefined) return;
        const tags = details?.tags === true ? await blob.getTags({ signal }) : {};
        found.set(name, listedFrom(name, properties, tags));
      } catch (error) {
        throw explain(error, `Cannot read the ${container.side} ${container.urlOf(name)}`);
      }
    });
  }
}

/** Returns the properties of an inspected blob as a listing would show them. */
export function listedFrom(
  name: string,
  properties: SourceProperties | BlobProperties,
  tags: Readonly<Record<string, string>>,
): ListedBlob {
  const { etag = "", lastModified, length = 0, blobType = BlobType.BLOCK, contentMd5, tier, metadata } = properties;
  const copy = "copy" in properties ? properties.copy : undefined;
  const headers = Object.fromEntries(Object.entries(properties.headers).filter(([, value]) => typeof value === "string")) as Record<
    string,
    string
  >;
  return {
    name,
    etag,
    lastModified: lastModified?.toUTCString() ?? "",
    length,
    blobType,
    contentMd5,
    tier,
    details: { headers, metadata, tags, copy, ...("shown" in properties ? { shown: properties.shown } : {}) },
    ...(properties.isDirectory === true ? { isDirectory: true } : {}),
    ...("isChain" in properties && properties.isChain === true ? { isChain: true } : {}),
    ...("keys" in properties ? { keys: properties.keys } : {}),
  };
}

function merged(one: WantedDetails | undefined, other: WantedDetails): WantedDetails {
  const either = (name: keyof WantedDetails) => one?.[name] === true || other[name] === true;
  return {
    headers: either("headers"),
    metadata: either("metadata"),
    tags: either("tags"),
    copy: either("copy"),
    shown: either("shown"),
    protection: either("protection"),
  };
}
