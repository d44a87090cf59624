import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import { retryForRollback } from "./retry-for-rollback";
import { ServiceError } from "../../failure/service-error";
import { isSameCopyId } from "../../util/same/same-copy-id";

export interface AbortRequest {
  readonly destination: DestinationBlob;
  readonly copyId: string;
  readonly clock: Clock;
}

/** Time for which a conflict counts as temporary while the copy is still pending. */
const CONFLICT_MILLISECONDS = 60_000;
const FIRST_PAUSE_MILLISECONDS = 100;
const MAX_PAUSE_MILLISECONDS = 5_000;

/**
 * Abort Copy Blob. After a refusal the copy is inspected: only a copy that is seen to be no longer
 * pending has ended, and a conflict on a pending copy is retried. Returns `ended` if the copy was
 * no longer pending, or if the destination holds another copy by now.
 */
export async function abortCopy({ destination, copyId, clock }: AbortRequest): Promise<"aborted" | "ended"> {
  const giveUpAt = clock.now() + CONFLICT_MILLISECONDS;
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(pause * 2, MAX_PAUSE_MILLISECONDS)) {
    try {
      await retryForRollback(clock, (signal) => destination.abortCopy(copyId, { signal }));
      return "aborted";
    } catch (error) {
      if (!(error instanceof ServiceError) || error.status === 0) throw error;
      const copy = (await retryForRollback(clock, (signal) => destination.getProperties({ signal })))?.copy;
      if (!isSameCopyId(copy?.id, copyId) || copy?.status !== "pending") return "ended";
      if (error.status !== 409 || clock.now() + pause > giveUpAt) throw error;
    }
    await clock.sleep(pause);
  }
}
