import { CopyLost } from "../../failure/copy-failure";
import { BlobType, CopyMethod } from "../../intent";
import { tookEffect } from "../../failure/lost-answer";
import { changedMeanwhile, isAppendedElsewhere, isUnsure } from "../../failure/service-codes";
import type { BlobProperties } from "../ports/blob-properties";
import type { AppendRequest, WriteRequest } from "../ports/requests";
import { isUnfinishedBy } from "../recovery/marks";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import { beginning, begunBefore, begunBlob } from "./run/begun";
import type { MethodResult, MethodRun } from "./run/method-run";
import { lengthOfSource, pieces, RangeProgress } from "./run/ranges";
import { MEBIBYTE } from "./run/traits";
import { checkUnreadSource } from "./run/unread-source";
import { createMarked, removeUnfinishedMark, replaced, setMd5 } from "./unfinished";
import { foundOrWrittenInto, writtenInto } from "./run/written-into";
import { writtenProperties } from "./run/written-properties";

/** The service's limit for one Append Block From URL. */
const MAX_BLOCK = 100 * MEBIBYTE;

/**
 * Put Blob (append, empty), then Append Block From URL one after the other, each at its position.
 * Until the end the blob carries our unfinished mark in its metadata, so that any later run
 * recognises it.
 */
export async function copyByAppending(run: MethodRun): Promise<MethodResult> {
  const { destination } = run;
  const total = lengthOfSource(run);
  if (total === 0) await checkUnreadSource(run);
  const properties = await writtenProperties(run, CopyMethod.APPEND_BLOCK_FROM_URL);
  const create = (request: WriteRequest) => destination.createAppendBlob(request);
  const isAppended = ({ length, blobType }: BlobProperties) => blobType === BlobType.APPEND && length <= total;
  const begun = begunBefore(run) === undefined ? undefined : await begunBlob(run, isAppended);
  const isNew = ({ length, blobType }: BlobProperties) => length === 0 && blobType === BlobType.APPEND;
  let { etag } = begun ?? (await createMarked(run, properties, create, isNew, beginning(run, { blockSize: MAX_BLOCK })));
  const done = begun?.length ?? 0;
  const progress = new RangeProgress(run, total, done);
  for (const range of pieces([{ offset: done, count: total - done }], MAX_BLOCK)) {
    etag = await append(run, range.offset, {
      ifMatch: etag,
      source: run.readable,
      sourceRange: range,
      sourceConditions: run.sourceConditions,
      encryption: run.declaration,
    });
    progress.add(range.count);
  }
  const written = await removeUnfinishedMark(run, properties, new Set([etag]), (guarded) => setMd5(run, properties, guarded));
  return run.declaration.seal === true ? seal(run, written) : written;
}

/** Append Blob Seal: the last step, since nothing can be appended after it. */
async function seal(run: MethodRun, written: MethodResult): Promise<MethodResult> {
  const { destination, stop, clock } = run;
  if (written.origin === "found")
    throw CopyLost.because(
      `The copy to ${destination.url} was not sealed`,
      "a response was lost, and nothing proves that the existing blob belongs to this deployment",
    );
  const send = (signal: AbortSignal) => destination.sealAppendBlob({ ifMatch: written.etag, signal });
  const { etag, lastModified } = await withGrace(send, stop, RANGE_GRACE_MILLISECONDS, clock).catch((error: unknown) =>
    foundOrWrittenInto(run, error, async () => {
      const now = await destination.getProperties({ signal: stop });
      return now?.shown.seal === true && now.etag !== written.etag ? now : undefined;
    }),
  );
  await run.note({ etag });
  return { ...written, etag, lastModified };
}

/**
 * Returns the ETag after the block. The request is conditional on the ETag that we left, not only
 * on the position: another client may have put another blob in place, such as a new log, and our
 * block would make that blob look like ours. An append whose response was lost took effect if the
 * blob with our mark has grown by the block.
 */
async function append(run: MethodRun, position: number, request: AppendRequest & { readonly ifMatch: string }): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      const written = await withGrace(
        (signal) => run.destination.appendBlockFromUrl(position, { ...request, signal }),
        run.stop,
        RANGE_GRACE_MILLISECONDS,
        run.clock,
      );
      await run.note({ etag: written.etag });
      return written.etag;
    } catch (error) {
      const mayHaveGrown = () => isUnsure(error) || isAppendedElsewhere(error) || changedMeanwhile(error);
      const now = await tookEffect(error, () => run.destination.getProperties({ signal: run.stop }), mayHaveGrown);
      if (now === undefined) throw error;
      if (!isUnfinishedBy(run.owner, now.metadata)) throw replaced(run.destination.url);
      if (now.length === position + request.sourceRange.count) {
        await run.note({ etag: now.etag });
        return now.etag;
      }
      // None of our requests leaves another length, or another state of this length.
      if (now.length !== position || now.etag !== request.ifMatch) return await writtenInto(run);
      if (tries === 3) throw error;
    }
  }
}
