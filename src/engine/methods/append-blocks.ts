import { BlobType, CopyMethod } from "../../intent";
import { tookEffect } from "../../failure/lost-answer";
import { isAppendedElsewhere, isUnsure } from "../../failure/service-codes";
import type { RangeRequest, WriteRequest } from "../ports/blob-store";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import type { MethodResult, MethodRun } from "./method-run";
import { lengthOfSource, pieces, RangeProgress } from "./ranges";
import { MEBIBYTE } from "./traits";
import { createMarked, removeUnfinishedMark, setMd5 } from "./unfinished";
import { writtenProperties } from "./written-properties";

/** The service takes no more in one Append Block From URL. */
const LARGEST_BLOCK = 100 * MEBIBYTE;

/**
 * Put Blob (append, empty), then Append Block From URL one after the other, each at the position where it belongs. Until
 * the end the blob is marked as unfinished in its metadata, so that any later run knows what it is.
 */
export async function copyByAppending(run: MethodRun): Promise<MethodResult> {
  const { destination } = run;
  const total = lengthOfSource(run);
  const properties = await writtenProperties(run, CopyMethod.APPEND_BLOCK_FROM_URL);
  const create = (request: WriteRequest) => destination.createAppendBlob(request);
  await createMarked(run, properties, create, ({ length, blobType }) => length === 0 && blobType === BlobType.APPEND);
  const progress = new RangeProgress(run, total);
  for (const range of pieces([{ offset: 0, count: total }], LARGEST_BLOCK)) {
    await append(run, range.offset, {
      source: run.readable,
      sourceRange: range,
      sourceConditions: run.sourceConditions,
      encryption: run.declaration,
    });
    progress.add(range.count);
  }
  return removeUnfinishedMark(run, properties, (guarded) => setMd5(run, properties, guarded));
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
