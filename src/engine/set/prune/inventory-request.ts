import { type CopySet, DestroyPolicy, type ManifestInventory, type PrefixReference } from "../../../intent";
import type { BlobContainer, BlobContainers } from "../../ports/blob-container";
import type { BlobStore } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { EventSink } from "../../ports/events";
import { formerSetFileName, ownerOf, type Owned, setFileName } from "../../recovery/set-owner";
import type { WritingIntent } from "../plan/destinations";

/** Of what an inventory is. */
export interface InventoryRequest {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly container: BlobContainer;
  /** Name of the inventory in the container. */
  readonly file: string;
  /** Name that versions before gave it, which the sets of several deployments may share. */
  readonly formerFile: string | undefined;
  /** Whose blobs they are: the deployment. */
  readonly owner: string;
  /** Path of the construct. */
  readonly set: string;
  /** What an atomic set has copied is undone when it fails. */
  readonly isAtomic: boolean;
  /** Of the set's destination: what is elsewhere in the container is left alone. */
  readonly prefix: string;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  /** Aborted when even what was copied is not noted any more; absent for never. */
  readonly lastSignal?: AbortSignal;
}

interface RequestContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
}

/** A set that prunes, or is deleted at destroy, has to know what it copied. */
export function keepsInventory({ prune, onDestroy }: Pick<CopySet, "prune" | "onDestroy">): boolean {
  return prune || onDestroy === DestroyPolicy.DELETE;
}

/** undefined for a set that has no need to know what it copied. */
export function inventoryRequest(intent: WritingIntent, context: RequestContext): InventoryRequest | undefined {
  const { prefixes, inventory, atomic: isAtomic } = intent.set;
  if (!keepsInventory(intent.set)) return undefined;
  if (prefixes !== undefined) return inventoryRequestOf(intent, prefixes.destination, isAtomic, context);
  return inventory === undefined ? undefined : manifestInventoryRequest(intent, inventory, isAtomic, context);
}

/** Of a manifest: sets of one container are told apart by the names of their resources, as they are in Terraform's state. */
export function manifestInventoryRequest(
  intent: Owned,
  { destination, name, formerName }: ManifestInventory,
  isAtomic: boolean,
  context: RequestContext,
): InventoryRequest {
  const request = inventoryRequestOf(intent, destination, isAtomic, context);
  const fileOf = (owner: string) => setFileName({ ...intent, owner, set: {} }, request.container, "ndjson");
  return { ...request, file: fileOf(name), formerFile: formerName === undefined ? undefined : fileOf(formerName) };
}

export function inventoryRequestOf(
  intent: Owned,
  destination: PrefixReference,
  isAtomic: boolean,
  { store, clock, emit, signal }: RequestContext,
): InventoryRequest {
  const container = store.container(destination, "destination");
  return {
    store,
    clock,
    container,
    file: setFileName(intent, container, "ndjson"),
    formerFile: formerSetFileName(intent, "ndjson"),
    owner: ownerOf(intent),
    set: intent.owner,
    prefix: destination.prefix,
    isAtomic,
    emit,
    signal,
  };
}
