import { CopyMethod, type SetIntent } from "../../intent";
import type { EventSink } from "../ports/events";
import { chooseMethods } from "../plan/choose-method";
import type { PlannedStep } from "../plan/planned-step";
import { Inventory } from "./prune/inventory";
import { inventoryRequest } from "./prune/inventory-request";
import { unrememberedText } from "./prune/unremembered";
import { NameHashes } from "./list/name-hashes";
import type { PlanContext } from "./plan/context";
import { planSet } from "./plan/plan-set";
import type { PlannedBlob } from "./plan/planned-blob";

/**
 * Yields the steps that a run of the set would take, blob by blob, from the listings. Writes
 * nothing.
 */
export async function* previewSet(intent: SetIntent, context: PlanContext & { readonly emit: EventSink }): AsyncGenerator<PlannedStep> {
  const { prune } = intent.set;
  const names = new NameHashes();
  let total = 0;
  for await (const blobs of planSet(intent, { ...context, onLeftOut: (name) => names.add(name) })) {
    total += blobs.length;
    for (const blob of blobs) {
      if (prune && blob.listed !== undefined) names.add(blob.listed.destinationName);
      yield stepOf(blob);
    }
  }
  // A run does the same: an empty source is more likely a mistake than a reason to delete
  // everything.
  const request = inventoryRequest(intent, context);
  if (!prune || request === undefined || total === 0) return;
  const { container, prefix } = request;
  const inventory = new Inventory(request);
  await inventory.load();
  const unremembered = inventory.isNew ? await unrememberedText(container, prefix, context.signal) : undefined;
  if (unremembered !== undefined) context.emit({ type: "warning", text: unremembered });
  for await (const { name } of inventory.candidates((candidate) => names.has(candidate))) {
    const key = name.slice(prefix.length);
    const why = "copied by this set and no longer in the source; will be deleted unless changed since";
    yield { action: "prune", key, source: "", destination: container.urlOf(name), bytes: undefined, method: undefined, why };
  }
}

function stepOf(blob: PlannedBlob): PlannedStep {
  const { key, decision, listed, sourceUrl: source, destinationUrl: destination } = blob;
  const step = { key, source, destination, bytes: listed?.source.length };
  switch (decision.kind) {
    case "one request":
      return { ...step, action: "copy", method: CopyMethod.PUT_BLOB_FROM_URL, why: stateOf(blob) };
    case "full copy":
      return { ...step, action: "copy", method: methodOf(blob), why: `${stateOf(blob)}; ${decision.why}` };
    case "skip":
      return { ...step, action: "skip", method: undefined, why: decision.why };
    case "fail":
      return { ...step, action: "fail", method: undefined, why: decision.failure.why };
  }
}

function stateOf({ listed }: PlannedBlob): string {
  if (listed === undefined) return "only a run inspects both sides";
  return listed.destination === undefined
    ? "the destination is absent"
    : `the destination is different (${listed.destination.length} bytes)`;
}

function methodOf({ listed, declaration }: PlannedBlob): CopyMethod {
  const { blobType: sourceType, tier, length } = listed?.source ?? {};
  const sameAccount = listed !== undefined && listed.pair.source.account === listed.pair.destination.account;
  const [first] = chooseMethods({ declaration, sourceType, sourceIsArchived: tier === "Archive", length, sameAccount, wait: true });
  return first?.method ?? CopyMethod.AUTO;
}
