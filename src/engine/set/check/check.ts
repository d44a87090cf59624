import type { SetIntent } from "../../../intent";
import { explain } from "../../../failure/explain";
import { checkCopy } from "../../check/check-copy";
import type { CheckedPart } from "../../check/checked-part";
import type { BlobContainer } from "../../ports/blob-container";
import type { MadeCopies } from "../../ports/made-copies";
import { checkListedCopy, lackOfSet } from "./check-listed";
import { nothingMatches } from "../outcome/failure";
import type { PlanContext } from "../plan/context";
import { planSet } from "../plan/plan-set";
import type { PlannedBlob } from "../plan/planned-blob";

/** More of them would repeat the same problems. */
const MAX_TOLD = 20;

export interface CheckSetContext extends PlanContext {
  /** Absent if no notes of earlier copies are kept. */
  readonly made?: MadeCopies | undefined;
}

/**
 * Checks both listings of prefixes, the plan for each blob, and one copy of each kind between each
 * two containers, as a run would make it. Changes nothing.
 */
export async function* checkSet(intent: SetIntent, context: CheckSetContext): AsyncGenerator<CheckedPart> {
  const { prefixes } = intent.set;
  if (prefixes !== undefined) {
    const [source, destination] = [
      context.store.container(prefixes.source, "source"),
      context.store.container(prefixes.destination, "destination"),
    ];
    const checked = [
      await checkListing(source, prefixes.source.prefix, context.signal),
      await checkListing(destination, prefixes.destination.prefix, context.signal),
    ];
    yield* checked;
    if (checked.some(({ failure }) => failure !== undefined)) return;
    const lack = lackOfSet(intent, destination);
    if (lack !== undefined) yield { part: "destination", url: destination.url, found: "not permitted", failure: lack };
  }
  const kinds = new Map<string, PlannedBlob>();
  yield* checkPlan(intent, context, (blob) => {
    const kind = kindOf(blob);
    if (kinds.size < MAX_TOLD && !kinds.has(kind)) kinds.set(kind, blob);
  });
  for (const blob of kinds.values()) {
    const { listed, decision } = blob;
    const isListed = listed !== undefined && (decision.kind === "one request" || intent.set.atomic);
    yield* isListed ? checkListedCopy(listed, intent, context) : checkCopy(blob.declaration, intent, context);
  }
}

/** Reports the blobs that cannot be copied, and passes those to be copied to `onCopy`. */
async function* checkPlan(intent: SetIntent, context: CheckSetContext, onCopy: (blob: PlannedBlob) => void): AsyncGenerator<CheckedPart> {
  const { prefixes, allowEmpty } = intent.set;
  let total = 0;
  let failed = 0;
  try {
    for await (const blobs of planSet(intent, context)) {
      total += blobs.length;
      for (const blob of blobs) {
        const { decision, destinationUrl: url } = blob;
        if (decision.kind === "fail") {
          if (failed++ < MAX_TOLD) yield { part: "copy", url, found: "not possible", failure: decision.failure };
        } else if (decision.kind !== "skip") onCopy(blob);
      }
    }
    if (prefixes !== undefined && total === 0 && allowEmpty !== true) throw nothingMatches(prefixes);
  } catch (error) {
    const url = prefixes === undefined ? (intent.set.manifest?.file ?? "") : context.store.container(prefixes.source, "source").url;
    yield { part: "source", url, found: "not to be copied", failure: explain(error, "Cannot determine which blobs the set has to copy") };
  }
}

/** List Blobs, for one blob. */
async function checkListing(container: BlobContainer, prefix: string, signal: AbortSignal): Promise<CheckedPart> {
  const part = { part: container.side, url: container.urlOf(prefix) };
  try {
    for await (const [first] of container.list({ prefix, pageSize: 1, readsAhead: false, signal })) {
      if (first !== undefined) return { ...part, found: "can be listed" };
    }
    return { ...part, found: "can be listed, and is empty" };
  } catch (error) {
    return { ...part, found: "not listed", failure: explain(error, `Cannot list the ${container.side} ${container.url}`) };
  }
}

/** Equal for copies with the same steps, in the same containers, with the same credentials. */
function kindOf({ declaration, decision, listed, options }: PlannedBlob): string {
  const { source, destination } = declaration;
  const places = [source, destination].map((location) => ({ ...location, blobName: undefined, snapshot: undefined, versionId: undefined }));
  const state = [decision.kind, listed?.source.blobType, listed?.destination?.blobType, options];
  return JSON.stringify([places, state]);
}
