import { startAsynchronously } from "./asynchronous-start";
import type { MethodResult, MethodRun } from "./run/method-run";

/**
 * Incremental Copy Blob: starts the asynchronous copy of a snapshot, and gives its id. The service takes no mark with it, so its copy id
 * alone proves whose it is.
 */
export function startIncrementalCopy(run: MethodRun): Promise<MethodResult> {
  const { destination, readable: source, destinationConditions } = run;
  return startAsynchronously(run, () => destination.incrementalCopyBlob({ source, destinationConditions }));
}
