import { foundAfter } from "../../failure/lost-answer";
import { isConflict } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import type { BlobProperties, WriteRequest, WriteResult, WrittenProperties } from "../ports/blob-store";
import { isUnfinishedBy, unfinishedMark } from "../recovery/marks";
import { RANGE_GRACE_MILLISECONDS, withGrace } from "../watch/grace";
import type { MethodRun } from "./method-run";
import { creation } from "./written-properties";

/**
 * Put Blob: the first request of a method that writes bit by bit. One whose answer was lost is found by our mark; `isOfThisRun` tells the
 * blob from one that an earlier run of this deployment had begun.
 */
export async function createMarked(
  run: MethodRun,
  properties: WrittenProperties,
  create: (request: WriteRequest) => Promise<WriteResult>,
  isOfThisRun: (now: BlobProperties) => boolean,
): Promise<void> {
  const { destination, stop, clock, owner, etagBefore } = run;
  const request = creation(run, properties, unfinishedMark(owner));
  const find = async () => {
    const now = await destination.getProperties({ signal: stop });
    const isOurs = now !== undefined && now.etag !== etagBefore && isUnfinishedBy(owner, now.metadata) && isOfThisRun(now);
    return isOurs ? now : undefined;
  };
  await run.note({ touched: true });
  try {
    const send = (signal: AbortSignal) => create({ ...request, signal });
    const created = await withGrace(send, stop, RANGE_GRACE_MILLISECONDS, clock).catch((error: unknown) => foundAfter(error, find));
    await run.note({ etag: created.etag });
  } catch (error) {
    // Whatever keeps us out has not our mark: somebody else was there first, or is by now.
    if (error instanceof ServiceError && (!error.outcomeUnknown || isConflict(error))) await run.note({ touched: false });
    throw error;
  }
}
