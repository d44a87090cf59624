import { isSameMetadata } from "../../../util/same/same-texts";
import type { BlobProperties } from "../../ports/blob-properties";
import { tookEffect } from "../../../failure/lost-answer";
import { isConflict, isUnsure } from "../../../failure/service-codes";
import type { MethodRun } from "./method-run";

/**
 * Get Blob Properties after a request whose response was lost: a broken connection must not fail a
 * complete copy. undefined when the destination is not what the request writes.
 */
export async function findWritten(
  { destination, sourceProperties: source, stop, etagBefore }: MethodRun,
  metadata: Readonly<Record<string, string>> | undefined,
): Promise<BlobProperties | undefined> {
  const now = await destination.getProperties({ signal: stop });
  const isWritten =
    now !== undefined &&
    now.etag !== etagBefore &&
    source?.length === now.length &&
    (source.contentMd5 === undefined || now.contentMd5 === undefined || source.contentMd5 === now.contentMd5) &&
    (metadata === undefined || isSameMetadata(metadata, now.metadata));
  return isWritten ? now : undefined;
}

/**
 * As {@link findWritten}; rejects with `error`. The blob with our mark can itself be the reason why
 * a second request, sent by an intermediary, was refused.
 */
export async function findCommitted(
  run: MethodRun,
  error: unknown,
  metadata: Readonly<Record<string, string>> | undefined,
): Promise<BlobProperties> {
  const isUnclear = (failed: unknown) => isUnsure(failed) || (run.isMarked && isConflict(failed));
  const found = await tookEffect(error, () => findWritten(run, metadata), isUnclear);
  if (found === undefined) throw error;
  return found;
}
