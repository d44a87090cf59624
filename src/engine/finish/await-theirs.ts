import type { BlobProperties } from "../ports/blob-properties";
import { isMarkedUnfinished } from "../recovery/marks";
import { waitForCopy, type WaitRequest } from "../watch/wait";

/** Time within which another deployment must notice the end of its copy and complete it. */
const COMPLETED_WITHIN_MILLISECONDS = 20_000;
const PAUSE_MILLISECONDS = 500;

/**
 * Waits for a copy that another client started, and that another deployment may have to complete.
 * Returns undefined when that deployment's mark stays: then it will not complete the copy.
 */
export async function awaitTheirs(request: WaitRequest): Promise<BlobProperties | undefined> {
  const { destination, clock, stop } = request;
  let now: BlobProperties | undefined = await waitForCopy(request);
  const giveUpAt = clock.now() + COMPLETED_WITHIN_MILLISECONDS;
  while (now !== undefined && isMarkedUnfinished(now.metadata) && clock.now() < giveUpAt) {
    await clock.sleep(PAUSE_MILLISECONDS, stop);
    now = await destination.getProperties({ signal: stop });
  }
  return now === undefined || isMarkedUnfinished(now.metadata) ? undefined : now;
}
