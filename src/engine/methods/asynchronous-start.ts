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

/**
 * Time that a start gets to return its copy id once the copy must end. Afterwards the id is looked
 * up.
 */
const START_GRACE_MILLISECONDS = 2_000;

/** The first start can be lost, or reach a service that is failing. */
const MAX_STARTS = 3;
/** Time within which a start whose response was lost must show at the destination. */
const SHOWS_WITHIN_MILLISECONDS = 5_000;

/**
 * Starts an asynchronous copy by `send`, and returns its id. The request is never cut off, since a
 * start whose copy id is unknown cannot be aborted. A start whose response was lost is found by our
 * mark. If it is not found, it is sent again: its conditions on the destination let at most one
 * take effect. A copy that cannot be marked is found by its source, and nothing proves that it is
 * ours.
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
      // A start that was sent once can be refused because an intermediary sent it a second time.
      // Our mark shows that at once.
      const isPerhapsOwn = run.isMarked && isConflict(error);
      if (starts === 1 && !error.outcomeUnknown && !isPerhapsOwn) {
        await run.note({ touched: false });
        throw error;
      }
      const isAnswered = starts === 1 && !error.outcomeUnknown;
      const found = await findStarted(run, isAnswered ? 0 : SHOWS_WITHIN_MILLISECONDS);
      if (found !== undefined) return found;
      if (run.isMarked && !error.outcomeUnknown && isConflict(error)) {
        // Our mark is not there, so the earlier start had no effect, and it is not the reason for
        // this refusal.
        await run.note({ touched: false });
        throw error;
      }
      if (starts === MAX_STARTS || !error.outcomeUnknown || !takesEffectOnce(run)) throw error;
    }
  }
}

/**
 * Get Blob Properties: finds the id of a copy whose response had none. If the destination still has
 * the ETag of the response, the copy is ours.
 */
async function named(run: MethodRun, started: StartedCopy): Promise<MethodResult> {
  const now = await run.destination.getProperties();
  if (now?.etag !== started.etag) return (await findStarted(run)) ?? started;
  return now.copy === undefined ? { ...started, status: "success" } : { ...started, status: now.copy.status, copyId: now.copy.id };
}

function takesEffectOnce({ destinationConditions: conditions }: MethodRun): boolean {
  return conditions?.ifMatch !== undefined || conditions?.ifNoneMatch === "*";
}

/**
 * Get Blob Properties until a copy shows whose response was lost; undefined when it does not show
 * in time.
 */
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
