import { ExitCode } from "../../failure/exit-code";
import type { EventSink } from "../ports/events";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import { CopyFailure, CopyLost } from "../../failure/copy-failure";
import { CopyPace } from "./pace";
import { isTransient } from "../../failure/transient";
import { isForbidden } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";

export interface WaitRequest {
  readonly destination: DestinationBlob;
  readonly copyId: string;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

const FIRST_LOOK = 100;
/** A key that is rotated, or a firewall that is changed, refuses for a while; a copy that is given up for it could not even be aborted. */
const REFUSED_MILLISECONDS = 2 * 60_000;

/**
 * Waits until the service has ended a Copy Blob; gives the destination's properties when it succeeded.
 *
 * `aborted`, `failed`, vanished and overwritten are all terminal. A look that fails for want of a network or an answer is
 * repeated for as long as the caller's `stop` allows, one that is not authorised any more for two minutes.
 */
export async function waitForCopy(request: WaitRequest): Promise<BlobProperties> {
  const { destination, copyId, clock, stop } = request;
  const startedAt = clock.now();
  const pace = new CopyPace();
  let interval = FIRST_LOOK;
  let refusedSince: number | undefined;
  for (;;) {
    await clock.sleep(interval, stop);
    const properties = await look(request, refusedSince);
    if (properties === "unknown" || properties === "refused") {
      refusedSince = properties === "refused" ? (refusedSince ?? clock.now()) : undefined;
      interval = Math.min(interval * 2, 5_000);
      continue;
    }
    refusedSince = undefined;
    const copy = copyOf(properties, destination, copyId);
    if (copy.status === "success" && properties !== undefined) return properties;
    if (copy.status === "aborted") {
      throw CopyLost.because(
        `The copy to ${destination.url} was aborted`,
        `somebody aborted copy ${copyId} while it was waited for`,
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
    interval = pace.untilNextLook(elapsed, copy.bytesCopied ?? 0, copy.bytesTotal);
  }
}

async function look(
  { destination, clock, stop, emit }: WaitRequest,
  refusedSince: number | undefined,
): Promise<BlobProperties | undefined | "unknown" | "refused"> {
  try {
    return await (destination.lookAtPending ?? destination.getProperties).call(destination, { signal: stop });
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    if (!(error instanceof ServiceError)) throw error;
    if (isForbidden(error) && clock.now() - (refusedSince ?? clock.now()) < REFUSED_MILLISECONDS) {
      const text = `${destination.url}: the credential may not look at the copy any more (${error.status} ${error.code}); it goes on in the service, and is looked for again for ${REFUSED_MILLISECONDS / 1_000} seconds`;
      if (refusedSince === undefined) emit({ type: "warning", text });
      return "refused";
    }
    if (!isTransient(error)) throw error;
    emit({
      type: "warning",
      text: `${destination.url}: cannot see the copy at the moment (${error.code}); it goes on in the service, and is looked for again`,
    });
    return "unknown";
  }
}

function copyOf(properties: BlobProperties | undefined, destination: DestinationBlob, copyId: string) {
  if (properties?.copy?.id === copyId) return properties.copy;
  throw CopyLost.because(
    `The copy to ${destination.url} cannot be followed any further`,
    properties === undefined
      ? "somebody deleted the destination while the copy was pending"
      : properties.copy === undefined
        ? "somebody wrote the destination while the copy was pending"
        : `somebody started another copy, ${properties.copy.id}, to the same destination`,
  );
}

function remedyForDescription(description: string | undefined): string {
  const code = Number(description?.slice(0, 3));
  if (code === 403 || code === 401) return "the source's credential ended or lacks the permission to read: renew it, then deploy again";
  if (code === 404) return "the source was deleted while it was copied: check it, then deploy again";
  if (code === 412) return "the source changed while it was copied: deploy again, or copy from a snapshot of it";
  return "deploy again; if it fails again, check that the service can reach the source";
}
