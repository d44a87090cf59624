import { ServiceError } from "../../../failure/service-error";
import { isTransient } from "../../../failure/transient";
import type { BlobProperties } from "../../ports/blob-properties";
import type { BegunRanges, JournalEntry } from "../../ports/journal";
import { isUnfinishedBy } from "../../recovery/marks";
import type { MethodRun } from "./method-run";

/**
 * The ranges that an earlier slice of this copy had begun, if they are of the source's current
 * content, as its ETag proves. Without an ETag nothing proves it, and the copy begins again.
 */
export function begunBefore({ earlier, sourceProperties }: MethodRun): BegunRanges | undefined {
  const begun = earlier?.begun;
  if (begun === undefined || begun.sourceEtag !== sourceProperties?.etag || begun.length !== sourceProperties.length) return undefined;
  return begun;
}

/**
 * To be noted with the first write, so that a later slice can continue; empty where the source has
 * no ETag.
 */
export function beginning(
  { sourceProperties }: MethodRun,
  how: Pick<BegunRanges, "blockSize" | "fence"> = {},
): Pick<JournalEntry, "begun"> {
  const { etag: sourceEtag, length } = sourceProperties ?? {};
  return sourceEtag === undefined || length === undefined ? {} : { begun: { sourceEtag, length, ...how } };
}

/** The destination, if it is still what the earlier slice wrote. */
export async function begunBlob(run: MethodRun, isOfThisCopy: (now: BlobProperties) => boolean): Promise<BlobProperties | undefined> {
  const now = await run.destination.getProperties({ signal: run.stop });
  return now !== undefined && isUnfinishedBy(run.owner, now.metadata) && isOfThisCopy(now) ? now : undefined;
}

/** A read that is not allowed, or that a service does not offer, must not fail the copy. */
export function noneIfRefused(error: unknown): readonly never[] {
  if (error instanceof ServiceError && !isTransient(error)) return [];
  throw error;
}
