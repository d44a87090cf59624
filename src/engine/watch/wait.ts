import { isSameCopyId } from "../../util/same/same-copy-id";
import { ExitCode } from "../../failure/exit-code";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import { CopyFailure, CopyLost } from "../../failure/copy-failure";
import { CopyPace } from "./pace";
import { type ReadRequest, PatientRead } from "./patient-read";

export interface WaitRequest extends ReadRequest {
  readonly copyId: string;
  /** ETag of the destination when the copy was started. */
  readonly etag?: string;
}

const FIRST_POLL = 100;

/**
 * Waits until the service has ended a Copy Blob. Returns the destination's properties when it
 * succeeded.
 *
 * `aborted`, `failed`, vanished and overwritten are all terminal. A read that proves nothing is
 * repeated, see {@link PatientRead}.
 */
export async function waitForCopy(request: WaitRequest): Promise<BlobProperties> {
  const { destination, copyId, etag, clock, stop } = request;
  const startedAt = clock.now();
  const pace = new CopyPace();
  const reader = new PatientRead(request);
  let interval = FIRST_POLL;
  for (;;) {
    await clock.sleep(interval, stop);
    const properties = await reader.at((signal) => (destination.pollPending ?? destination.getProperties).call(destination, { signal }));
    if (properties === "unknown") {
      interval = Math.min(interval * 2, 5_000);
      continue;
    }
    if (properties !== undefined && properties.copy === undefined && properties.etag === etag) {
      // The destination is unchanged since the start, so the copy continues, and does not show yet.
      interval = pace.untilNextPoll(clock.now() - startedAt, 0, undefined);
      continue;
    }
    const copy = copyOf(properties, destination, copyId);
    if (copy.status === "success" && properties !== undefined) return properties;
    if (copy.status === "aborted") {
      throw CopyLost.because(
        `The copy to ${destination.url} was aborted`,
        `another client aborted copy ${copyId} while this run waited for it`,
        "deploy again",
      );
    }
    if (copy.status === "failed") {
      throw new CopyFailure({
        exitCode: ExitCode.COPY_FAILED,
        what: `The copy to ${destination.url} failed`,
        side: "source",
        why: `the service ended copy ${copyId}: ${copy.statusDescription ?? "it gave no reason"}`,
        remedy: remedyForDescription(copy.statusDescription),
      });
    }
    const elapsed = clock.now() - startedAt;
    request.emit({
      type: "copy-progress",
      destination: destination.url,
      copyId,
      status: copy.status,
      bytesCopied: copy.bytesCopied ?? 0,
      bytesTotal: copy.bytesTotal,
      elapsedMilliseconds: elapsed,
      ...(copy.statusDescription === undefined ? {} : { statusDescription: copy.statusDescription }),
    });
    interval = pace.untilNextPoll(elapsed, copy.bytesCopied ?? 0, copy.bytesTotal);
  }
}

function copyOf(properties: BlobProperties | undefined, destination: DestinationBlob, copyId: string) {
  if (properties?.copy !== undefined && isSameCopyId(properties.copy.id, copyId)) return properties.copy;
  throw CopyLost.because(
    `The copy to ${destination.url} cannot be followed any further`,
    properties === undefined
      ? "another client deleted the destination while the copy was pending"
      : properties.copy === undefined
        ? "another client wrote the destination while the copy was pending"
        : `another client started another copy, ${properties.copy.id}, to the same destination`,
  );
}

function remedyForDescription(description: string | undefined): string {
  const code = Number(description?.slice(0, 3));
  if (code === 403 || code === 401) return "the source's credential ended or lacks the permission to read: renew it, then deploy again";
  if (code === 404) return "the source was deleted while it was copied: check it, then deploy again";
  if (code === 412) return "the source changed while it was copied: deploy again, or copy from a snapshot of it";
  return "deploy again; if it fails again, check that the service can reach the source";
}
