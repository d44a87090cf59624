import { randomBytes } from "node:crypto";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { CopyMethod } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import { findCommitted } from "./run/lost-answer";
import { beginning, begunBefore, noneIfRefused } from "./run/begun";
import { BLOCK_OWNER_BYTES, blockOwner } from "../recovery/block-owner";
import { unfinishedMark } from "../recovery/marks";
import { isCompleteAtOnce, type MethodResult, type MethodRun, noteResult, resultOf } from "./run/method-run";
import { lengthOfSource, pieces, RangeProgress } from "./run/ranges";
import { MEBIBYTE } from "./run/traits";
import { checkUnreadSource } from "./run/unread-source";
import { writtenProperties } from "./run/written-properties";

/** The service's limit for one block list. */
const MAX_BLOCKS = 50_000;
const MIN_BLOCK = 8 * MEBIBYTE;
/** A block is copied at the speed of one request, and a failed request loses the whole block. */
const MAX_BLOCK_FOR_SPEED = 128 * MEBIBYTE;
/** Rounds of blocks in flight: enough that the last round does not leave most connections idle. */
const ROUNDS = 4;
const COMMIT_GRACE_MILLISECONDS = 10_000;

/**
 * Put Block From URL in parallel, each pinned to the source's ETag, then Put Block List. Nothing
 * shows at the destination before the commit. Until then there are only uncommitted blocks to undo,
 * and the service drops those after a week.
 */
export async function copyByBlocks(run: MethodRun): Promise<MethodResult> {
  const { destination } = run;
  const length = lengthOfSource(run);
  if (length === 0) await checkUnreadSource(run);
  const properties = await writtenProperties(run, CopyMethod.PUT_BLOCK_FROM_URL);
  const begun = begunBefore(run);
  const size = begun?.blockSize ?? blockSize(length, run.concurrency);
  const { prefix, idOf, isThere } = await blockIds(run, begun === undefined ? undefined : run.earlier?.blockIdPrefix);
  const blocks = [...pieces([{ offset: 0, count: length }], size)].map((range, index) => ({ range, id: idOf(index) }));
  const missing = blocks.filter(({ id }) => !isThere(id));
  const progress = new RangeProgress(run, length, length - missing.reduce((sum, { range }) => sum + range.count, 0));
  await run.note({ touched: true, blockIdPrefix: prefix, ...beginning(run, { blockSize: size }) });
  await inParallel(missing, run.concurrency, run.stop, async ({ range, id }, signal) => {
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
    resultOf(run, await findCommitted(run, error, metadata)),
  );
  await noteResult(run, committed, isCompleteAtOnce(run, CopyMethod.PUT_BLOCK_FROM_URL));
  return committed;
}

/** Length of an id, unless uncommitted blocks on the name have another length. */
const ID_BYTES = 15;
/** Enough for the number of the last block. */
const INDEX_BYTES = 3;

interface BlockIds {
  /** Common beginning of all ids; empty where an id only has room for the block's number. */
  readonly prefix: string;
  readonly idOf: (index: number) => string;
  /** An earlier slice of this copy has put the block. */
  readonly isThere: (id: string) => boolean;
}

/**
 * Get Block List. Returns ids that only this run uses, because uncommitted blocks of others must
 * not get into the list. All ids on a name have one length, so ours take the length of the existing
 * ones. Their prefix shows the next run whose blocks they are.
 *
 * @param earlier prefix of the ids of an earlier slice of this copy, which this slice continues
 */
async function blockIds({ destination, emit, owner, stop }: MethodRun, earlier: string | undefined): Promise<BlockIds> {
  const there = new Set(await destination.uncommittedBlocks({ signal: stop }).catch(noneIfRefused));
  const ours = blockOwner(owner);
  const theirs = [...there].filter((id) => !id.startsWith(ours));
  if (theirs.length > 0) {
    const [what, them] =
      theirs.length === 1
        ? ["1 uncommitted block of another client is", "it"]
        : [`${theirs.length} uncommitted blocks of other clients are`, "them"];
    const text = `${destination.url}: ${what} on this name; the service drops ${them} when the copy is committed`;
    emit({ type: "warning", text });
  }
  const [one] = there;
  const length = one === undefined ? ID_BYTES : Buffer.from(one, "base64").length;
  if (length < INDEX_BYTES) throw new NoRoomForBlocks(destination.url, length);
  // Only groups of three bytes are whole characters of Base64.
  const room = Math.floor((length - INDEX_BYTES) / 3) * 3;
  const hasRoomForOwner = room > BLOCK_OWNER_BYTES;
  const nonce = randomBytes(hasRoomForOwner ? room - BLOCK_OWNER_BYTES : room).toString("base64");
  const goesOn = earlier !== undefined && hasRoomForOwner && earlier.startsWith(ours) && Buffer.from(earlier, "base64").length === room;
  const prefix = goesOn ? earlier : `${hasRoomForOwner ? ours : ""}${nonce}`;
  let skipped = 0;
  const idAt = (index: number): string => {
    const number = Buffer.alloc(length - room);
    number.writeUIntBE(index, number.length - INDEX_BYTES, INDEX_BYTES);
    return `${prefix}${number.toString("base64")}`;
  };
  return {
    prefix,
    isThere: (id) => goesOn && there.has(id),
    idOf: (index) => {
      if (goesOn) return idAt(index);
      while (there.has(idAt(index + skipped))) skipped++;
      return idAt(index + skipped);
    },
  };
}

/** Thrown before anything is sent, so that another method can copy: others do not number blocks. */
export class NoRoomForBlocks extends CopyFailure {
  constructor(url: string, bytes: number) {
    super({
      exitCode: ExitCode.COPY_FAILED,
      what: `${url} cannot be copied in blocks`,
      side: "destination",
      why: `the ids of another client's uncommitted blocks on this name have ${bytes} bytes, and all ids on a name must have the same length, which is too short to number the blocks of this copy`,
      remedy: "use CopyMethod.AUTO or another method, which drops those blocks, or wait until the service drops them after a week",
    });
  }
}

/**
 * Bytes of a block: a few rounds for the requests in flight, and larger only where a list would
 * have too many blocks. The service's largest blob has 50,000 blocks of 4,000 MiB, so no blob that
 * it accepts needs larger blocks than that.
 */
export function blockSize(length: number, concurrency: number): number {
  const wanted = Math.min(MAX_BLOCK_FOR_SPEED, length / (concurrency * ROUNDS));
  return Math.ceil(Math.max(MIN_BLOCK, wanted, length / MAX_BLOCKS) / MEBIBYTE) * MEBIBYTE;
}
