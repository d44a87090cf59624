import { BlobType, type RecopyPolicy } from "../../../intent";
import { explain } from "../../../failure/explain";
import { inParallel } from "../../../util/in-parallel";
import type { BlobStore } from "../../ports/blob-store";
import type { ListedBlob } from "../../ports/blob-container";
import { isMarkedUnfinished } from "../../recovery/marks";
import { listedFrom } from "./look-up";
import { CUT_OFF, decide, type Decision } from "./decide";
import type { ListedCopy } from "./planned-blob";

const MAX_PARALLEL_READS = 32;

export interface InspectionContext {
  readonly store: Pick<BlobStore, "destination">;
  readonly signal: AbortSignal;
  readonly recopy: RecopyPolicy;
  readonly isAtomic: boolean;
  /** True if an earlier run on this machine left an unsettled journal entry for the blob. */
  readonly isUnderWay?: ((destinationUrl: string) => boolean) | undefined;
}

/**
 * Get Blob Properties on each page or append blob that need not be copied according to its listing.
 * These types are written bit by bit: a copy that was cut off has the length of its source, and
 * only its metadata shows that it is incomplete. The same applies to blobs that are encrypted with
 * a customer-provided key: no listing shows their metadata.
 */
export async function inspectDoubtful(blobs: readonly ListedCopy[], context: InspectionContext): Promise<void> {
  const { store, signal, isUnderWay } = context;
  if (isUnderWay !== undefined) {
    for (const blob of blobs) {
      const isRefused = blob.decision.kind === "fail" && !isUnlessCutOff(blob.decision);
      if (!isRefused && isUnderWay(blob.destinationUrl)) blob.copyFully("an earlier run was cut off while it wrote this blob");
    }
  }
  const doubtful = blobs.filter(({ decision, destination }) => {
    const needsInspection =
      destination !== undefined &&
      (destination.blobType !== BlobType.BLOCK || destination.keys?.isUsed === true || isUnlessCutOff(decision));
    return needsInspection && (decision.kind === "skip" || decision.kind === "fail");
  });
  if (doubtful.length === 0) return;
  await inParallel(doubtful, MAX_PARALLEL_READS, signal, async (blob) => {
    const destination = store.destination(blob.pair.destination.locationOf(blob.destinationName));
    try {
      const properties = await destination.getProperties({ signal });
      if (properties === undefined) return blob.copyFully("another client deleted the destination meanwhile");
      const listed = listedFrom(blob.destinationName, properties, blob.destination?.details?.tags ?? {});
      if (isMarkedUnfinished(properties.metadata)) return blob.copyFully(CUT_OFF);
      if (isUnlessCutOff(blob.decision) && properties.copy?.status === "pending") return blob.copyFully("a copy to it is pending");
      blob.decideAgain(listed, decideOn(blob, listed, context));
    } catch (error) {
      throw explain(error, `Cannot read the destination ${destination.url}`);
    }
  });
}

function isUnlessCutOff(decision: Decision): boolean {
  return decision.kind === "fail" && decision.unlessCutOff === true;
}

function decideOn(blob: ListedCopy, destination: ListedBlob, { recopy, isAtomic }: InspectionContext): Decision {
  const { options, pair, source, destinationName } = blob;
  return decide({ options, recopy, isAtomic, pair, source, destinationName, destination });
}
