import { CopyMethod, type SetIntent } from "../../../intent";
import type { CopyFailure } from "../../../failure/copy-failure";
import { explain } from "../../../failure/explain";
import { checkReading, checkTags } from "../../check/check-reading";
import type { CheckedPart } from "../../check/checked-part";
import { lackOfLetters, type Need, needsOfWriting } from "../../check/letters";
import { methodName } from "../../../util/method-name";
import { destinationIsLeased } from "../../plan/refusal";
import type { BlobContainer } from "../../ports/blob-container";
import { keepsInventory } from "../prune/inventory-request";
import type { PlanContext } from "../plan/context";
import type { ListedCopy } from "../plan/planned-blob";

/**
 * Checks the permissions that the set itself needs at its destination, in addition to those for its
 * blobs.
 */
export function lackOfSet({ set }: SetIntent, destination: BlobContainer): CopyFailure | undefined {
  const { atomic: isAtomic, prune } = set;
  const notes = keepsInventory(set);
  const needs: Need[] = [
    ...(notes || isAtomic ? [{ anyOf: "r", to: "to read what the set has noted there" }] : []),
    ...(notes || isAtomic ? [{ anyOf: "w", to: "to note what the set copies" }] : []),
    ...(prune || isAtomic
      ? [{ anyOf: "d", to: prune ? "to delete what the source no longer has" : "to remove what a commit leaves" }]
      : []),
    { anyOf: "l", to: "to list it" },
  ];
  return lackOfLetters({ side: "destination", what: "the set" }, destination.sasGrant, needs);
}

/**
 * Checks a copy whose two sides the listings show. They are not read again, except for a lease,
 * which the listings of a plan do not show.
 */
export async function* checkListedCopy(blob: ListedCopy, { set }: SetIntent, { store, signal }: PlanContext): AsyncGenerator<CheckedPart> {
  const { declaration, options, source: from, destination: now, pair, destinationUrl: url } = blob;
  const method = set.atomic ? CopyMethod.PUT_BLOCK_FROM_URL : CopyMethod.PUT_BLOB_FROM_URL;
  const needs = needsOfWriting({ declaration, method, replaces: now !== undefined, takesRestorePoint: set.atomic });
  const what = methodName(method);
  const lack =
    lackOfLetters({ side: "source", what }, pair.source.sasGrant, needs.source) ??
    lackOfLetters({ side: "destination", what }, pair.destination.sasGrant, needs.destination);
  if (lack !== undefined) {
    yield { part: "copy", url, found: "not permitted", failure: lack };
    return;
  }
  const source = store.source(declaration.source);
  const destination = store.destination(declaration.destination, { leaseId: options.destinationLeaseId });
  try {
    const mayBeSeen = now !== undefined && pair.destination.sasGrant?.permissions.includes("r") !== false;
    const looked = mayBeSeen ? await destination.getProperties({ signal }) : undefined;
    if (looked?.isLeased === true && options.destinationLeaseId === undefined) throw destinationIsLeased(url);
    const request = { declaration, source, destination, method, isArchived: from.tier === "Archive", now: looked, signal };
    yield (await checkTags(request)) ?? (await checkReading(request));
  } catch (error) {
    yield { part: "copy", url, found: "not possible", failure: explain(error, `The copy to ${url} is not possible`) };
  }
}
