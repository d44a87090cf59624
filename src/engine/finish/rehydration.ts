import { CopyLost } from "../../failure/copy-failure";
import { ServiceError } from "../../failure/service-error";
import { isTransient } from "../../failure/transient";
import type { CopyDeclaration } from "../../intent";
import { awaitsRehydration, rehydrates } from "../methods/traits";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";

export interface RehydrationRequest {
  readonly declaration: CopyDeclaration;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

const LEAST_PAUSE = 200;
const LONGEST_PAUSE = 60_000;
/** Of the time that it has taken so far: when its end may be noticed. */
const LATENESS_SHARE = 1 / 200;

/** The copy is all there, and cannot be read yet. */
export function isRehydrating({ declaration }: Pick<RehydrationRequest, "declaration">, { archiveStatus, tier }: BlobProperties): boolean {
  return archiveStatus !== undefined || (tier === "Archive" && rehydrates(declaration));
}

/**
 * Get Blob Properties until a copy of an archived blob is online, where that is declared; else it is said that this goes on. A look that
 * fails for want of a network or an answer is repeated.
 */
export async function awaitRehydration(request: RehydrationRequest, copied: BlobProperties): Promise<BlobProperties> {
  const { declaration, destination, clock, emit, stop } = request;
  if (!isRehydrating(request, copied)) return copied;
  const isAwaited = awaitsRehydration(declaration);
  const startedAt = clock.now();
  const tell = (status: string | undefined) =>
    emit({
      type: "rehydrating",
      destination: destination.url,
      archiveStatus: status ?? "",
      priority: declaration.rehydrate?.priority ?? "Standard",
      isAwaited,
      elapsedMilliseconds: clock.now() - startedAt,
    });
  tell(copied.archiveStatus);
  if (!isAwaited) return copied;
  for (;;) {
    await clock.sleep(Math.min(Math.max((clock.now() - startedAt) * LATENESS_SHARE, LEAST_PAUSE), LONGEST_PAUSE), stop);
    const now = await look(request);
    if (now === "unknown") continue;
    if (now === undefined || now.copy?.id !== copied.copy?.id || now.length !== copied.length)
      throw CopyLost.because(
        `The copy to ${destination.url} is gone`,
        `somebody ${now === undefined ? "deleted" : "replaced"} it while it was rehydrated`,
      );
    if (!isRehydrating(request, now)) return now;
    tell(now.archiveStatus);
  }
}

async function look({ destination, stop }: RehydrationRequest): Promise<BlobProperties | undefined | "unknown"> {
  try {
    return await destination.getProperties({ signal: stop });
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    if (error instanceof ServiceError && isTransient(error)) return "unknown";
    throw error;
  }
}
