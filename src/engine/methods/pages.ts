import { randomInt } from "node:crypto";
import { CopyMethod } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import type { WriteRequest } from "../ports/requests";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import type { MethodResult, MethodRun } from "./method-run";
import { lengthOfSource, pieces, RangeProgress } from "./ranges";
import { MEBIBYTE } from "./traits";
import { createMarked, removeUnfinishedMark, setMd5 } from "./unfinished";
import { writtenProperties } from "./written-properties";

/** The service takes no more in one Put Page From URL. */
const LARGEST_RANGE = 4 * MEBIBYTE;
const MOST_FENCES = 2 ** 47;

/**
 * Put Blob (page, zero-filled), then Put Page From URL for every range of the source that holds data, in parallel. Until
 * the end the blob is marked as unfinished in its metadata, so that any later run knows what it is. Its sequence number is
 * this run's alone until then: a write that arrives late, after the run was killed and rolled back, hits no other blob.
 */
export async function copyByPages(run: MethodRun): Promise<MethodResult> {
  const { destination, source, stop } = run;
  const length = lengthOfSource(run);
  const properties = await writtenProperties(run, CopyMethod.PUT_PAGE_FROM_URL);
  const ranges = await source.getPageRanges({ signal: stop });
  const fence = randomInt(1, MOST_FENCES);
  const create = (request: WriteRequest) => destination.createPageBlob(length, { ...request, sequenceNumber: fence });
  await createMarked(run, properties, create, ({ sequenceNumber }) => sequenceNumber === fence);
  const progress = new RangeProgress(
    run,
    ranges.reduce((sum, { count }) => sum + count, 0),
  );
  await inParallel(pieces(ranges, LARGEST_RANGE), run.concurrency, stop, async (range, signal) => {
    const request = {
      source: run.readable,
      sourceRange: range,
      ifSequenceNumber: fence,
      sourceConditions: run.sourceConditions,
      encryption: run.declaration,
    };
    await withGrace((dropped) => destination.putPageFromUrl({ ...request, signal: dropped }), signal, RANGE_GRACE_MILLISECONDS, run.clock);
    progress.add(range.count);
  });
  return removeUnfinishedMark(run, properties, async (guarded) => {
    const { etag } = await destination.setSequenceNumber(0, guarded);
    return setMd5(run, properties, { ...guarded, ifMatch: etag });
  });
}
