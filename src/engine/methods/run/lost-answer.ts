import { isSameMetadata } from "../../../util/same/same-texts";
import { foundAfter } from "../../../failure/lost-answer";
import type { BlobProperties } from "../../ports/blob-properties";
import type { MethodRun } from "./method-run";

/**
 * Get Blob Properties after a request whose answer was lost: a broken connection must not fail a copy that is complete.
 * Rejects with `error` when the destination is not what the request writes.
 */
export async function findWritten(
  run: MethodRun,
  error: unknown,
  metadata: Readonly<Record<string, string>> | undefined,
): Promise<BlobProperties> {
  const { destination, sourceProperties: source, stop, etagBefore } = run;
  if (stop.aborted) throw error;
  return foundAfter(error, async () => {
    const now = await destination.getProperties({ signal: stop });
    const isWritten =
      now !== undefined &&
      now.etag !== etagBefore &&
      source?.length === now.length &&
      (source.contentMd5 === undefined || now.contentMd5 === undefined || source.contentMd5 === now.contentMd5) &&
      (metadata === undefined || isSameMetadata(metadata, now.metadata));
    return isWritten ? now : undefined;
  });
}
