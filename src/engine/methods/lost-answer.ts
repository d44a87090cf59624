import type { BlobProperties } from "../ports/blob-store";
import { ServiceError } from "../../failure/service-error";
import type { MethodRun } from "./method-run";

/**
 * Get Blob Properties after a request whose answer was lost: gives the destination if it is what the request writes, so that
 * a broken connection does not fail a copy that is complete. Rejects with `error` otherwise.
 */
export async function findWritten(
  run: MethodRun,
  error: unknown,
  metadata: Readonly<Record<string, string>> | undefined,
): Promise<BlobProperties> {
  if (!(error instanceof ServiceError) || !error.outcomeUnknown || run.stop.aborted) throw error;
  const { declaration, destination, sourceProperties: source } = run;
  const lease = declaration.destinationLeaseId === undefined ? {} : { leaseId: declaration.destinationLeaseId };
  const now = await destination.getProperties({ signal: run.stop, ...lease }).catch(() => undefined);
  const isWritten =
    now !== undefined &&
    now.etag !== run.etagBefore &&
    source?.length === now.length &&
    (source.contentMd5 === undefined || now.contentMd5 === undefined || source.contentMd5 === now.contentMd5) &&
    (metadata === undefined || isSameMetadata(metadata, now.metadata));
  if (!isWritten) throw error;
  return now;
}

/** Names are case-insensitive. */
function isSameMetadata(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const text = (record: Readonly<Record<string, string>>) =>
    JSON.stringify(
      Object.entries(record)
        .map(([name, value]) => [name.toLowerCase(), value])
        .sort(),
    );
  return text(one) === text(other);
}
