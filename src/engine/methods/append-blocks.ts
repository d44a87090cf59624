import type { RangeRequest } from "../ports/blob-store";
import { unfinishedMark } from "../recovery/restore-point";
import { ServiceError } from "../../failure/service-error";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import type { MethodResult, MethodRun } from "./method-run";
import { lengthOfSource, MEBIBYTE, pieces, RangeProgress } from "./ranges";
import { removeUnfinishedMark } from "./unfinished";
import { writtenProperties } from "./written-properties";

/** The service takes no more in one Append Block From URL. */
const LARGEST_BLOCK = 100 * MEBIBYTE;

/**
 * Put Blob (append, empty), then Append Block From URL one after the other, each at the position where it belongs. Until
 * the end the blob is marked as unfinished in its metadata, so that any later run knows what it is.
 */
export async function copyByAppending(run: MethodRun): Promise<MethodResult> {
  const { declaration, destination } = run;
  const length = lengthOfSource(run);
  const properties = await writtenProperties(run);
  const lease = declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId };
  await run.note({ touched: true });
  try {
    const metadata = { ...properties.metadata, ...unfinishedMark(run.owner) };
    const create = (signal: AbortSignal) => destination.createAppendBlob({ ...properties, metadata, signal });
    const created = await withGrace(create, run.stop, RANGE_GRACE_MILLISECONDS, run.clock);
    await run.note({ etag: created.etag });
  } catch (error) {
    if (error instanceof ServiceError && !error.outcomeUnknown) await run.note({ touched: false });
    throw error;
  }
  const progress = new RangeProgress(run, length);
  for (const range of pieces([{ offset: 0, count: length }], LARGEST_BLOCK)) {
    await append(run, range.offset, {
      source: run.readable,
      sourceRange: range,
      ...(run.sourceConditions === undefined ? {} : { sourceConditions: run.sourceConditions }),
      ...lease,
    });
    progress.add(range.count);
  }
  return removeUnfinishedMark(run, properties.metadata ?? {});
}

/** An append whose answer was lost took effect if the blob has grown by it; the position keeps it from being done twice. */
async function append(run: MethodRun, position: number, request: RangeRequest): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      const written = await withGrace(
        (signal) => run.destination.appendBlockFromUrl(position, { ...request, signal }),
        run.stop,
        RANGE_GRACE_MILLISECONDS,
        run.clock,
      );
      await run.note({ etag: written.etag });
      return;
    } catch (error) {
      const unsure = error instanceof ServiceError && (error.outcomeUnknown || error.code === "AppendPositionConditionNotMet");
      if (!unsure) throw error;
      const now = await run.destination.getProperties({
        signal: run.stop,
        ...(request.leaseId === undefined ? {} : { leaseId: request.leaseId }),
      });
      if (now?.length === position + request.sourceRange.count) return;
      if (now?.length !== position || tries === 3) throw error;
    }
  }
}
