import { type CopySet, DestroyPolicy, type ManifestInventory, type PrefixReference } from "../../../intent";
import type { BlobContainer, BlobContainers } from "../../ports/blob-container";
import type { BlobStore } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { EventSink } from "../../ports/events";
import { formerSetFileName, ownerOf, type Owned, setFileName } from "../../recovery/set-owner";
import type { WritingIntent } from "../plan/destinations";

/** The place and owner of an inventory, and the means to access it. */
export interface InventoryRequest {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly container: BlobContainer;
  /** Name of the inventory in the container. */
  readonly file: string;
  /** Name that earlier versions used. Sets of several deployments may share it. */
  readonly formerFile: string | undefined;
  /** The deployment that owns the blobs. */
  readonly owner: string;
  /** Path of the construct. */
  readonly set: string;
  /** true: if the set fails, its copies are undone. */
  readonly isAtomic: boolean;
  /** Prefix of the set's destination. Blobs elsewhere in the container are left alone. */
  readonly prefix: string;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  /** Aborted when even the inventory may no longer be saved; absent for never. */
  readonly lastSignal?: AbortSignal;
}

interface RequestContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
}

/** A set that prunes, or is deleted at destroy, has to know which blobs it copied. */
export function keepsInventory({ prune, onDestroy }: Pick<CopySet, "prune" | "onDestroy">): boolean {
  return prune || onDestroy === DestroyPolicy.DELETE;
}

/** undefined for a set that does not need an inventory. */
export function inventoryRequest(intent: WritingIntent, context: RequestContext): InventoryRequest | undefined {
  const { prefixes, inventory, atomic: isAtomic } = intent.set;
  if (!keepsInventory(intent.set)) return undefined;
  if (prefixes !== undefined) return inventoryRequestOf(intent, prefixes.destination, isAtomic, context);
  return inventory === undefined ? undefined : manifestInventoryRequest(intent, inventory, isAtomic, context);
}

/**
 * For a manifest: sets in the same container are distinguished by the names of their resources in
 * Terraform's state.
 */
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
