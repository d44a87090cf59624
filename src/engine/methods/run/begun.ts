import { ServiceError } from "../../../failure/service-error";
import { isTransient } from "../../../failure/transient";
import type { BlobProperties } from "../../ports/blob-properties";
import type { BegunRanges, JournalEntry } from "../../ports/journal";
import { isUnfinishedBy } from "../../recovery/marks";
import type { MethodRun } from "./method-run";

/**
 * What an earlier slice of this very copy had begun to copy by ranges, if that was of the content that the source has now: its ETag tells.
 * Of a source without one nothing proves that, and the copy begins again.
 */
export function begunBefore({ earlier, sourceProperties }: MethodRun): BegunRanges | undefined {
  const begun = earlier?.begun;
  if (begun === undefined || begun.sourceEtag !== sourceProperties?.etag || begun.length !== sourceProperties.length) return undefined;
  return begun;
}

/** To be noted with the first write, for a later slice to go on with; nothing where the source has no ETag. */
export function beginning(
  { sourceProperties }: MethodRun,
  how: Pick<BegunRanges, "blockSize" | "fence"> = {},
): Pick<JournalEntry, "begun"> {
  const { etag: sourceEtag, length } = sourceProperties ?? {};
  return sourceEtag === undefined || length === undefined ? {} : { begun: { sourceEtag, length, ...how } };
}

/** The destination, where it still is what the earlier slice made of it, bit by bit. */
export async function begunBlob(run: MethodRun, isOfThisCopy: (now: BlobProperties) => boolean): Promise<BlobProperties | undefined> {
  const now = await run.destination.getProperties({ signal: run.stop });
  return now !== undefined && isUnfinishedBy(run.owner, now.metadata) && isOfThisCopy(now) ? now : undefined;
}

/** A look that is not allowed, or that a service does not offer, is not worth the copy. */
export function noneIfRefused(error: unknown): readonly never[] {
  if (error instanceof ServiceError && !isTransient(error)) return [];
  throw error;
}
