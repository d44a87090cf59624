import type { SetIntent } from "../../../intent";
import type { PlanContext } from "./context";
import { planManifest } from "./plan-manifest";
import { planPrefixes } from "./plan-prefixes";
import type { PlannedBlob } from "./planned-blob";

/** Yields the decision about each blob of a set, in batches. Writes nothing. */
export function planSet({ set, recopy }: SetIntent, context: PlanContext): AsyncIterable<readonly PlannedBlob[]> {
  const { store: containers, clock, signal, onLeftOut, isUnderWay, showsCopies = false } = context;
  if (set.prefixes !== undefined)
    return planPrefixes({
      prefixes: set.prefixes,
      recopy,
      isAtomic: set.atomic,
      containers,
      clock,
      signal,
      onLeftOut,
      showsCopies,
      isUnderWay,
    });
  if (set.manifest !== undefined) return planManifest({ ...context, manifest: set.manifest, recopy, isAtomic: set.atomic });
  throw new Error("a set without a manifest and without prefixes has passed the parser");
}
