import { DestroyPolicy, type PrefixReference, type SetIntent } from "../../../intent";
import type { BlobContainers } from "../../ports/blob-container";
import type { EventSink } from "../../ports/events";
import { formerSetFileName, ownerOf, type Owned, setFileName } from "../../recovery/set-owner";
import type { InventoryRequest } from "./inventory";

interface RequestContext {
  readonly store: BlobContainers;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
}

/** undefined for a set that has no need to know what it copied. */
export function inventoryRequest(intent: SetIntent, context: RequestContext): InventoryRequest | undefined {
  const { prefixes, prune, onDestroy, atomic: isAtomic } = intent.set;
  if (prefixes === undefined || !(prune || onDestroy === DestroyPolicy.DELETE)) return undefined;
  return inventoryRequestOf(intent, prefixes.destination, isAtomic, context);
}

export function inventoryRequestOf(
  intent: Owned,
  destination: PrefixReference,
  isAtomic: boolean,
  { store, emit, signal }: RequestContext,
): InventoryRequest {
  const container = store.container(destination, "destination");
  return {
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
