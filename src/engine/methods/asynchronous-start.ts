import { sourceIdentity } from "../../util/source-identity";
import { isConflict } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import type { BlobProperties, CopyProperties } from "../ports/blob-properties";
import type { StartedCopy } from "../ports/requests";
import { isUnfinishedBy } from "../recovery/marks";
import { sameSource } from "../recovery/same-source";
import { type MethodResult, type MethodRun, noteResult, resultOf } from "./run/method-run";
import { answerOf } from "../watch/grace";
import { isSameCopyId } from "../../util/same/same-copy-id";

/** How long a start that nobody wants any more may still take to tell its copy id, before the id is looked up instead. */
const START_GRACE_MILLISECONDS = 2_000;

/** Of which the first can have been lost, or met a service that was failing. */
const MOST_STARTS = 3;
/** How long a start whose answer was lost may take to show at the destination. */
const SHOWS_WITHIN_MILLISECONDS = 5_000;

/**
 * Starts an asynchronous copy by `send`, and gives its id. The request itself is never cut off, since a start whose copy
 * id is unknown cannot be aborted; one whose answer was lost is found by our mark on it. When nothing is found it is made again:
 * its conditions on the destination let at most one take effect. A copy that cannot be marked is found by its source, and nothing
 * proves that it is ours.
 */
export async function startAsynchronously(run: MethodRun, send: () => Promise<StartedCopy>): Promise<MethodResult> {
  await run.note({ touched: true });
  for (let starts = 1; ; starts++) {
    const start = send();
    run.startIsInFlight(start);
    try {
      const answer = await answerOf(start, run.stop, START_GRACE_MILLISECONDS, run.clock);
      const started = answer.copyId === "" ? await named(run, answer) : answer;
      await noteResult(run, started);
      return started;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // What refuses a start that was made once can be a second one, which something on the way has made of it: our mark tells at once.
      const isPerhapsOwn = run.isMarked && isConflict(error);
      if (starts === 1 && !error.outcomeUnknown && !isPerhapsOwn) {
        await run.note({ touched: false });
        throw error;
      }
      const isAnswered = starts === 1 && !error.outcomeUnknown;
      const found = await findStarted(run, isAnswered ? 0 : SHOWS_WITHIN_MILLISECONDS);
      if (found !== undefined) return found;
      if (run.isMarked && !error.outcomeUnknown && isConflict(error)) {
        // Whatever keeps this one out, it is not the one before: what was asked for then did nothing.
        await run.note({ touched: false });
        throw error;
      }
      if (starts === MOST_STARTS || !error.outcomeUnknown || !takesEffectOnce(run)) throw error;
    }
  }
}

/** Get Blob Properties: the name of a copy whose answer had none; a state of the destination that is the answer's own proves that it is ours. */
async function named(run: MethodRun, started: StartedCopy): Promise<MethodResult> {
  const now = await run.destination.getProperties();
  if (now?.etag !== started.etag) return (await findStarted(run)) ?? started;
  return now.copy === undefined ? { ...started, status: "success" } : { ...started, status: now.copy.status, copyId: now.copy.id };
}

function takesEffectOnce({ destinationConditions: conditions }: MethodRun): boolean {
  return conditions?.ifMatch !== undefined || conditions?.ifNoneMatch === "*";
}

/** Get Blob Properties until the copy that a lost answer was about shows; undefined when nothing of it does. */
async function findStarted(run: MethodRun, within = SHOWS_WITHIN_MILLISECONDS): Promise<MethodResult | undefined> {
  const { destination, clock } = run;
  const giveUpAt = clock.now() + within;
  for (;;) {
    const now = await destination.getProperties({ signal: run.stop });
    if (now?.copy !== undefined && !isSameCopyId(now.copy.id, run.copyIdBefore) && isWhatWeStarted(run, now.copy, now)) {
      const found = { ...resultOf(run, now), status: now.copy.status, copyId: now.copy.id };
      await noteResult(run, found);
      return found;
    }
    if (clock.now() >= giveUpAt) return undefined;
    await clock.sleep(250, run.stop);
  }
}

function isWhatWeStarted(run: MethodRun, copy: CopyProperties, { metadata }: BlobProperties): boolean {
  return run.isMarked ? isUnfinishedBy(run.owner, metadata) : sameSource(copy.source, sourceIdentity(run.readable.url));
}
