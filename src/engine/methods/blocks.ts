import { randomBytes } from "node:crypto";
import { CopyMethod } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import { findWritten } from "./lost-answer";
import { unfinishedMark } from "../recovery/marks";
import { type MethodResult, type MethodRun, noteResult, resultOf } from "./method-run";
import { lengthOfSource, pieces, RangeProgress } from "./ranges";
import { MEBIBYTE, needsRestorePoint } from "./traits";
import { writtenProperties } from "./written-properties";

/** The service takes no more blocks in one list. */
const MAX_BLOCKS = 50_000;
const MIN_BLOCK = 8 * MEBIBYTE;
/** A block is copied at the speed of one request, and is lost as a whole with it. */
const MAX_BLOCK_FOR_SPEED = 128 * MEBIBYTE;
/** Rounds of blocks in flight: enough that the last one does not leave most connections idle. */
const ROUNDS = 4;
const COMMIT_GRACE_MILLISECONDS = 10_000;

/**
 * Put Block From URL in parallel, each pinned to the source's ETag, then Put Block List. Nothing shows at the destination
 * before the commit, so there is nothing to undo until then but uncommitted blocks, which the service drops after a week.
 */
export async function copyByBlocks(run: MethodRun): Promise<MethodResult> {
  const { declaration, destination } = run;
  const length = lengthOfSource(run);
  const properties = await writtenProperties(run, CopyMethod.PUT_BLOCK_FROM_URL);
  const size = blockSize(length, run.concurrency);
  // Of one length, and of this run alone: uncommitted blocks that an earlier run left must not get into the list.
  const prefix = randomBytes(9).toString("base64");
  const blocks = [...pieces([{ offset: 0, count: length }], size)].map((range, index) => ({
    range,
    id: `${prefix}${Buffer.from(String(index).padStart(6, "0")).toString("base64")}`,
  }));
  const progress = new RangeProgress(run, length);
  await run.note({ touched: true });
  await inParallel(blocks, run.concurrency, run.stop, async ({ range, id }, signal) => {
    const request = {
      source: run.readable,
      sourceRange: range,
      sourceConditions: run.sourceConditions,
      encryption: run.declaration,
    };
    const put = (dropped: AbortSignal) => destination.putBlockFromUrl(id, { ...request, signal: dropped });
    await withGrace(put, signal, RANGE_GRACE_MILLISECONDS, run.clock);
    progress.add(range.count);
  });
  const ids = blocks.map(({ id }) => id);
  const { destinationConditions } = run;
  const metadata = { ...properties.metadata, ...(run.isMarked ? unfinishedMark(run.owner) : {}) };
  const commit = async (signal: AbortSignal): Promise<MethodResult> => {
    const written = await destination.putBlockList(ids, { destinationConditions, properties: { ...properties, metadata }, signal });
    return { ...written, status: "success", copyId: "" };
  };
  const committed = await withGrace(commit, run.stop, COMMIT_GRACE_MILLISECONDS, run.clock).catch(async (error: unknown) =>
    resultOf(run, await findWritten(run, error, metadata)),
  );
  await noteResult(run, committed, !needsRestorePoint(CopyMethod.PUT_BLOCK_FROM_URL, declaration, run.isPinned, run.sourceProperties));
  return committed;
}

/**
 * Bytes of a block: a few rounds for the requests in flight, and larger only where a list would have too many of them. 50,000
 * blocks of the service's 4,000 MiB are its largest blob, so no block of a blob that it takes is larger than that.
 */
export function blockSize(length: number, concurrency: number): number {
  const wanted = Math.min(MAX_BLOCK_FOR_SPEED, length / (concurrency * ROUNDS));
  return Math.ceil(Math.max(MIN_BLOCK, wanted, length / MAX_BLOCKS) / MEBIBYTE) * MEBIBYTE;
}
