import { CopyMethod } from "../../intent";
import { ServiceError } from "../service-error";
import type { CopyFromUrlRequest } from "../blob-store";
import type { MethodResult, MethodRun } from "./method-run";
import { answerOf } from "./in-flight";

/** How long a request that nobody wants any more may still take: most are answered sooner, and then it is known what they did. */
const ANSWER_GRACE_MILLISECONDS = 5_000;

/** Put Blob From URL, or Copy Blob From URL: one request, which is answered when the copy is done. */
export async function copyFromUrl(run: MethodRun, method: CopyMethod.PUT_BLOB_FROM_URL | CopyMethod.COPY_BLOB_FROM_URL): Promise<MethodResult> {
  const { declaration, destination } = run;
  const dropped = new AbortController();
  const request: CopyFromUrlRequest = {
    source: run.readable,
    signal: dropped.signal,
    ...(run.sourceConditions === undefined ? {} : { sourceConditions: run.sourceConditions }),
    ...(run.destinationConditions === undefined ? {} : { destinationConditions: run.destinationConditions }),
    ...(declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId }),
    ...(declaration.metadata === undefined ? {} : { metadata: declaration.metadata }),
    ...(run.tags === undefined ? {} : { tags: run.tags }),
    ...(declaration.copySourceTags === undefined ? {} : { copySourceTags: declaration.copySourceTags }),
    ...(declaration.accessTier === undefined ? {} : { accessTier: declaration.accessTier }),
  };
  run.note({ touched: true });
  try {
    const sent = method === CopyMethod.COPY_BLOB_FROM_URL ? destination.copyBlobFromUrl(request) : putBlobFromUrl(run, request);
    const done = await answerOf(sent, run.stop, ANSWER_GRACE_MILLISECONDS, run.clock);
    run.note({ etag: done.etag });
    return done;
  } catch (error) {
    if (error instanceof ServiceError && !error.outcomeUnknown) run.note({ touched: false });
    throw error;
  } finally {
    dropped.abort();
  }
}

async function putBlobFromUrl(run: MethodRun, request: CopyFromUrlRequest): Promise<MethodResult> {
  const { contentHeaders } = run.declaration;
  const written = await run.destination.putBlobFromUrl({ ...request, ...(contentHeaders === undefined ? {} : { contentHeaders }) });
  return { ...written, status: "success", copyId: "" };
}
