import type { SetIntent } from "../../../intent";
import type { BlobContainers } from "../../ports/blob-container";
import type { EventSink } from "../../ports/events";
import { formerSetFileName, ownerOf, setFileName } from "../../recovery/set-owner";
import type { InventoryRequest } from "./inventory";

/** undefined for a set that does not prune. */
export function inventoryRequest(
  intent: SetIntent,
  { store, emit, signal }: { readonly store: BlobContainers; readonly emit: EventSink; readonly signal: AbortSignal },
): InventoryRequest | undefined {
  const { prefixes, prune, atomic: isAtomic } = intent.set;
  if (!prune || prefixes === undefined) return undefined;
  const container = store.container(prefixes.destination, "destination");
  return {
    container,
    file: setFileName(intent, container, "ndjson"),
    formerFile: formerSetFileName(intent, "ndjson"),
    owner: ownerOf(intent),
    set: intent.owner,
    prefix: prefixes.destination.prefix,
    isAtomic,
    emit,
    signal,
  };
}
