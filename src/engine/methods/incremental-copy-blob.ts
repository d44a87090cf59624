import { startAsynchronously } from "./asynchronous-start";
import type { MethodResult, MethodRun } from "./run/method-run";

/**
 * Incremental Copy Blob: starts the asynchronous copy of a snapshot, and returns its id. The
 * request cannot carry a mark, so only the copy id proves who started it.
 */
export function startIncrementalCopy(run: MethodRun): Promise<MethodResult> {
  const { destination, readable: source, destinationConditions } = run;
  return startAsynchronously(run, () => destination.incrementalCopyBlob({ source, destinationConditions }));
}
