import { CopyMethod } from "../../intent";
import { startAsynchronously } from "./asynchronous-start";
import type { MethodResult, MethodRun } from "./run/method-run";
import { carriedProperties } from "./run/written-properties";

/** Copy Blob: starts the asynchronous copy, and returns its id. */
export async function startCopyBlob(run: MethodRun): Promise<MethodResult> {
  const { destination, readable: source, sourceConditions, destinationConditions } = run;
  const properties = await carriedProperties(run, CopyMethod.COPY_BLOB);
  return startAsynchronously(run, () => destination.copyBlob({ source, sourceConditions, destinationConditions, properties }));
}
