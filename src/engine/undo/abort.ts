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

/** How long a conflict is taken for one that passes, as long as the copy is still pending. */
const CONFLICT_MILLISECONDS = 60_000;
const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/**
 * Abort Copy Blob, insisted upon: a refusal is believed only when the copy is seen to be no longer pending. `ended`: it was
 * not, or the destination holds another one by now.
 */
export async function abortCopy({ destination, copyId, clock }: AbortRequest): Promise<"aborted" | "ended"> {
  const giveUpAt = clock.now() + CONFLICT_MILLISECONDS;
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS)) {
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
