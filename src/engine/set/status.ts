import type { SetIntent } from "../../intent";
import { type AbortContext, abortReported, type CopyStatusReport, inspectCopy, reportOf } from "../copies/status";
import { ownerOf } from "../recovery/ownership";
import { inParallel } from "../../util/in-parallel";
import type { PlanContext } from "./plan/context";
import { planSet } from "./plan/plan-set";
import type { PlannedBlob } from "./plan/planned-blob";

/** What is at the destination of one blob of a set. */
export interface BlobStatusReport extends CopyStatusReport {
  readonly key: string;
  /** What a run would leave as it is. */
  readonly isDone: boolean;
}

const MAX_PARALLEL_READS = 32;
const ABORTS_AT_ONCE = 32;

/** List Blobs on both sides; of what no listing shows, or what is not done and not shown as a copy, Get Blob Properties. A batch at a time. */
export async function* setStatuses(intent: SetIntent, context: PlanContext): AsyncGenerator<readonly BlobStatusReport[]> {
  for await (const blobs of planSet(intent, { ...context, showsCopies: true })) yield await reportsOf(blobs, context);
}

/** Abort Copy Blob on every pending copy of the set that this deployment started; returns how many were aborted. */
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

/** Nobody has documented that a listing shows a copy which is pending. */
function mayHidePending({ decision, listed }: PlannedBlob): boolean {
  return decision.kind !== "skip" && listed?.destination !== undefined && listed.destination.details?.copy === undefined;
}
