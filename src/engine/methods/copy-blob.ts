import { ServiceError } from "../service-error";
import { sameSource } from "../same-source";
import type { MethodResult, MethodRun } from "./method-run";
import { answerOf } from "./in-flight";

/** How long a start that nobody wants any more may still take to tell its copy id, before the id is looked up instead. */
const START_GRACE_MILLISECONDS = 2_000;

/**
 * Copy Blob: starts the asynchronous copy, and gives its id. The request itself is never cut off, since a start whose copy
 * id is unknown cannot be aborted; one whose answer was lost is found by its source.
 */
export async function startCopyBlob(run: MethodRun): Promise<MethodResult> {
  const { declaration, destination } = run;
  const tags = declaration.copySourceTags === true ? await run.source.getTags({ signal: run.stop }) : run.tags;
  run.note({ touched: true });
  const request = destination.copyBlob({
    source: run.readable,
    ...(run.sourceConditions === undefined ? {} : { sourceConditions: run.sourceConditions }),
    ...(run.destinationConditions === undefined ? {} : { destinationConditions: run.destinationConditions }),
    ...(declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId }),
    ...(declaration.metadata === undefined ? {} : { metadata: declaration.metadata }),
    ...(tags === undefined ? {} : { tags }),
    ...(declaration.accessTier === undefined ? {} : { accessTier: declaration.accessTier }),
    ...(declaration.rehydratePriority === undefined ? {} : { rehydratePriority: declaration.rehydratePriority }),
  });
  run.startIsInFlight(request);
  try {
    const started = await answerOf(request, run.stop, START_GRACE_MILLISECONDS, run.clock);
    run.note({ copyId: started.copyId, etag: started.etag });
    return started;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (!error.outcomeUnknown) {
      run.note({ touched: false });
      throw error;
    }
    return findStarted(run, error);
  }
}

/** Get Blob Properties until the copy that a lost answer was about shows, or clearly never began. */
async function findStarted(run: MethodRun, lost: ServiceError): Promise<MethodResult> {
  const { destination, clock, declaration } = run;
  const lease = declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId };
  const giveUpAt = clock.now() + 5_000;
  for (;;) {
    const now = await destination.getProperties({ signal: run.stop, ...lease });
    if (now?.copy !== undefined && now.copy.id !== run.copyIdBefore && sameSource(now.copy.source, run.source.url)) {
      run.note({ copyId: now.copy.id, etag: now.etag });
      return {
        status: now.copy.status,
        copyId: now.copy.id,
        etag: now.etag,
        lastModified: now.lastModified,
        versionId: now.versionId,
        contentMd5: now.contentMd5,
      };
    }
    if (clock.now() >= giveUpAt) throw lost;
    await clock.sleep(250, run.stop);
  }
}
