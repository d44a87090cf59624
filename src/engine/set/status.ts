import type { SetIntent } from "../../intent";
import { type AbortContext, abortReported, type CopyStatusReport, inspectCopy, reportOf } from "../copies/status";
import { ownerOf } from "../recovery/ownership";
import { inParallel } from "../../util/in-parallel";
import type { PlanContext } from "./plan/context";
import { planSet } from "./plan/plan-set";
import type { PlannedBlob } from "./plan/planned-blob";

/** The status of one blob of a set. */
export interface BlobStatusReport extends CopyStatusReport {
  readonly key: string;
  /** A run would leave the blob as it is. */
  readonly isDone: boolean;
}

const MAX_PARALLEL_READS = 32;
const ABORTS_AT_ONCE = 32;

/**
 * List Blobs on both sides, a batch at a time. Get Blob Properties on each blob that no listing
 * shows, and on each blob that is not done and not shown as a copy.
 */
export async function* setStatuses(intent: SetIntent, context: PlanContext): AsyncGenerator<readonly BlobStatusReport[]> {
  for await (const blobs of planSet(intent, { ...context, showsCopies: true })) yield await reportsOf(blobs, context);
}

/**
 * Abort Copy Blob on every pending copy of the set that this deployment started. Returns the number
 * of aborted copies.
 */
export async function abortSet(intent: SetIntent, context: PlanContext & Pick<AbortContext, "emit" | "journal" | "made">): Promise<number> {
  const { signal } = context;
  let aborted = 0;
  for await (const blobs of planSet(intent, { ...context, showsCopies: true })) {
    const reports = await reportsOf(blobs, context);
    const pending = blobs.flatMap(({ declaration }, index) => {
      const report = reports[index];
      return report?.copyStatus === "pending" ? [{ declaration, report }] : [];
    });
    await inParallel(pending, ABORTS_AT_ONCE, signal, async ({ declaration, report }) => {
      if ((await abortReported(report, declaration, ownerOf(intent), context)) !== undefined) aborted++;
    });
  }
  return aborted;
}

async function reportsOf(blobs: readonly PlannedBlob[], { store, signal }: PlanContext): Promise<BlobStatusReport[]> {
  const reports = new Map<PlannedBlob, CopyStatusReport>();
  const unlisted: PlannedBlob[] = [];
  for (const blob of blobs) {
    if (blob.listed === undefined || mayHidePending(blob)) {
      unlisted.push(blob);
      continue;
    }
    const { destination } = blob.listed;
    const now = destination && { ...destination, copy: destination.details?.copy };
    reports.set(blob, reportOf(blob.destinationUrl, blob.sourceUrl, now));
  }
  await inParallel(unlisted, MAX_PARALLEL_READS, signal, async (blob) => {
    reports.set(blob, await inspectCopy(blob.declaration, store));
  });
  return blobs.map((blob) => ({
    key: blob.key,
    isDone: blob.decision.kind === "skip",
    ...(reports.get(blob) ?? { destination: blob.destinationUrl, exists: false }),
  }));
}

/** The service's documents do not say whether a listing shows a pending copy. */
function mayHidePending({ decision, listed }: PlannedBlob): boolean {
  return decision.kind !== "skip" && listed?.destination !== undefined && listed.destination.details?.copy === undefined;
}
