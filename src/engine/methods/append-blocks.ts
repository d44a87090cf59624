import { CopyMethod } from "../../intent";
import { tookEffect } from "../../failure/lost-answer";
import { isAppendedElsewhere, isUnsure } from "../../failure/service-codes";
import type { RangeRequest } from "../ports/blob-store";
import { unfinishedMark } from "../recovery/marks";
import { ServiceError } from "../../failure/service-error";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import type { MethodResult, MethodRun } from "./method-run";
import { lengthOfSource, pieces, RangeProgress } from "./ranges";
import { MEBIBYTE } from "./traits";
import { removeUnfinishedMark, setMd5 } from "./unfinished";
import { creation, writtenProperties } from "./written-properties";

/** The service takes no more in one Append Block From URL. */
const LARGEST_BLOCK = 100 * MEBIBYTE;

/**
 * Put Blob (append, empty), then Append Block From URL one after the other, each at the position where it belongs. Until
 * the end the blob is marked as unfinished in its metadata, so that any later run knows what it is.
 */
export async function copyByAppending(run: MethodRun): Promise<MethodResult> {
  const { destination } = run;
  const length = lengthOfSource(run);
  const properties = await writtenProperties(run, CopyMethod.APPEND_BLOCK_FROM_URL);
  await run.note({ touched: true });
  try {
    const request = creation(run, properties, unfinishedMark(run.owner));
    const create = (signal: AbortSignal) => destination.createAppendBlob({ ...request, signal });
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
      sourceConditions: run.sourceConditions,
      encryption: run.declaration,
    });
    progress.add(range.count);
  }
  return removeUnfinishedMark(run, properties.metadata ?? {}, (guarded) => setMd5(run, properties, guarded));
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
      const mayHaveGrown = () => isUnsure(error) || isAppendedElsewhere(error);
      const now = await tookEffect(error, () => run.destination.getProperties({ signal: run.stop }), mayHaveGrown);
      if (now?.length === position + request.sourceRange.count) return;
      if (now?.length !== position || tries === 3) throw error;
    }
  }
}
