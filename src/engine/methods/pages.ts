import { randomInt } from "node:crypto";
import { CopyMethod } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import { ServiceError } from "../../failure/service-error";
import type { BlobProperties } from "../ports/blob-properties";
import type { WriteRequest } from "../ports/requests";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import { beginning, begunBefore, begunBlob, noneIfRefused } from "./run/begun";
import type { MethodResult, MethodRun } from "./run/method-run";
import { bytesOf, isWithin, lengthOfSource, merged, pieces, RangeProgress } from "./run/ranges";
import { MEBIBYTE } from "./run/traits";
import { checkUnreadSource } from "./run/unread-source";
import { createMarked, noteOtherState, prepared, removeUnfinishedMark, setMd5 } from "./unfinished";
import { writtenProperties } from "./run/written-properties";

/** The service's limit for one Put Page From URL. */
const MAX_RANGE = 4 * MEBIBYTE;
const MAX_FENCES = 2 ** 47;

/**
 * Put Blob (page, zero-filled), then Put Page From URL in parallel for every range of the source
 * that holds data. Until the end the blob carries our unfinished mark in its metadata, so that any
 * later run recognises it. Until then it also has a sequence number that only this run uses: a late
 * write, after the run was killed and rolled back, cannot hit another blob.
 */
export async function copyByPages(run: MethodRun): Promise<MethodResult> {
  const { destination, source, stop } = run;
  const length = lengthOfSource(run);
  const properties = await writtenProperties(run, CopyMethod.PUT_PAGE_FROM_URL);
  const ranges = await source.getPageRanges({ signal: stop });
  if (ranges.length === 0) await checkUnreadSource(run);
  const begun = begunBefore(run);
  const isOfFence = (expected: number) => (now: BlobProperties) => now.sequenceNumber === expected && now.length === length;
  const goesOn = begun?.fence === undefined ? undefined : await begunBlob(run, isOfFence(begun.fence));
  const fence = (goesOn && begun?.fence) ?? randomInt(1, MAX_FENCES);
  const create = (request: WriteRequest) => destination.createPageBlob(length, { ...request, sequenceNumber: fence });
  const { etag } = goesOn ?? (await createMarked(run, properties, create, isOfFence(fence), beginning(run, { fence })));
  const etags = new Set([etag]);
  const written = goesOn ? merged(await destination.getPageRanges({ signal: stop }).catch(noneIfRefused)) : [];
  const all = [...pieces(ranges, MAX_RANGE)];
  const missing = all.filter((range) => !isWithin(range, written));
  const progress = new RangeProgress(run, bytesOf(all), bytesOf(all) - bytesOf(missing));
  let unanswered = 0;
  const copied = inParallel(missing, run.concurrency, stop, async (range, signal) => {
    const request = {
      source: run.readable,
      sourceRange: range,
      ifSequenceNumber: fence,
      sourceConditions: run.sourceConditions,
      encryption: run.declaration,
    };
    const put = (dropped: AbortSignal) => destination.putPageFromUrl({ ...request, signal: dropped });
    unanswered++;
    const { etag } = await withGrace(put, signal, RANGE_GRACE_MILLISECONDS, run.clock).catch((error: unknown) => {
      // A request that was cut off fails with the signal's reason.
      if (error instanceof ServiceError && !error.outcomeUnknown && error !== signal.reason) unanswered--;
      throw error;
    });
    unanswered--;
    etags.add(etag);
    progress.add(range.count);
  });
  await copied.catch(async (error: unknown) => {
    // When each of our pages was answered, a state that none of them left was written by another
    // client, and is not undone.
    if (unanswered === 0 && goesOn === undefined && !etags.has("")) await noteOtherState(run, properties, etags);
    throw error;
  });
  // Responses without an ETag prove nothing.
  const known = etags.has("") ? undefined : etags;
  return removeUnfinishedMark(run, properties, known, async (guarded) => {
    const set = () => destination.setSequenceNumber(0, guarded);
    const etag = await prepared(run, guarded, set, ({ sequenceNumber = 0 }) => sequenceNumber === 0);
    return setMd5(run, properties, { ...guarded, ifMatch: etag });
  });
}
