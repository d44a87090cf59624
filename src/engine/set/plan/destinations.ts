import type { CopyOptionValues, CopySet, LocationReference, PrefixReference, SetIntent } from "../../../intent";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";
import type { BlobContainer, BlobContainers } from "../../ports/blob-container";
import { readManifest } from "../../../intent/parse/read-manifest";
import type { SetContext } from "./context";

/** A blob that a manifest declares as a destination. */
export interface DeclaredName {
  readonly name: string;
  readonly location: LocationReference;
  readonly leaseId: string | undefined;
}

/** A container that a set writes, and the places in it. */
export interface DestinationOfSet {
  readonly container: BlobContainer;
  /** The set writes everything below the prefix; absent for a manifest. */
  readonly prefix?: { readonly name: string; readonly leaseId: string | undefined };
  /** Reads the manifest again at each call. */
  readonly names: () => AsyncIterable<DeclaredName>;
}

/**
 * Places that a set writes, and the records that it keeps of them. A destroy knows only this of its
 * set.
 */
export interface WritingIntent extends Pick<SetIntent, "owner" | "deployment"> {
  readonly set: Pick<CopySet, "manifest" | "inventory" | "prune" | "onDestroy" | "atomic"> & {
    readonly prefixes?:
      { readonly destination: PrefixReference; readonly options: Pick<CopyOptionValues, "destinationLeaseId"> } | undefined;
  };
}

type DestinationsContext = Pick<SetContext, "manifestLines"> & {
  readonly store: BlobContainers;
  /** Absent for work that must come to its end. */
  readonly signal?: AbortSignal;
};

/**
 * Returns the containers that a set writes. A manifest is read for this, but not kept in memory. If
 * the manifest is gone, the blobs that it declared are somewhere in the container of the set's
 * inventory.
 */
export async function destinationsOf(set: WritingIntent["set"], context: DestinationsContext): Promise<readonly DestinationOfSet[]> {
  const { prefixes, manifest, inventory } = set;
  if (prefixes !== undefined) {
    const { destination, options } = prefixes;
    const prefix = { name: destination.prefix, leaseId: options.destinationLeaseId };
    return [{ container: context.store.container(destination, "destination"), prefix, names: none }];
  }
  if (manifest === undefined && inventory !== undefined) {
    const container = context.store.container(inventory.destination, "destination");
    return [{ container, prefix: { name: "", leaseId: undefined }, names: none }];
  }
  const containers = new Set<BlobContainer>();
  for await (const { container } of declaredPlaces(set, context)) containers.add(container);
  return [...containers].map((container) => ({
    container,
    names: async function* () {
      for await (const place of declaredPlaces(set, context)) if (place.container === container) yield place;
    },
  }));
}

async function* none(): AsyncGenerator<DeclaredName> {
  // A prefix declares no names.
}

async function* declaredPlaces(
  { manifest }: Pick<CopySet, "manifest">,
  { store, manifestLines, signal = NEVER_ABORTED }: DestinationsContext,
): AsyncGenerator<DeclaredName & { readonly container: BlobContainer }> {
  if (manifest === undefined) return;
  for await (const { destination, destinationLeaseId } of readManifest(manifest, manifestLines(manifest.file, signal))) {
    const place = store.placeOf(destination, "destination");
    if (place !== undefined) yield { ...place, location: destination, leaseId: destinationLeaseId };
  }
}
