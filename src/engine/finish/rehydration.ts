import { CopyLost } from "../../failure/copy-failure";
import type { CopyDeclaration } from "../../intent";
import { awaitsRehydration, rehydrates } from "../methods/run/traits";
import type { BlobProperties } from "../ports/blob-properties";
import { type ReadRequest, PatientRead } from "../watch/patient-read";

export interface RehydrationRequest extends ReadRequest {
  readonly declaration: CopyDeclaration;
}

const MIN_PAUSE = 200;
const MAX_PAUSE = 60_000;
/** How late the end may be noticed, as a share of the time that has passed. */
const LATENESS_SHARE = 1 / 200;

/** The copy is complete, but cannot be read yet. */
export function isRehydrating({ declaration }: Pick<RehydrationRequest, "declaration">, { archiveStatus, tier }: BlobProperties): boolean {
  return archiveStatus !== undefined || (tier === "Archive" && rehydrates(declaration));
}

/**
 * Get Blob Properties until a copy of an archived blob is online, where that is declared. Otherwise
 * only reports that the rehydration continues.
 */
export async function awaitRehydration(request: RehydrationRequest, copied: BlobProperties): Promise<BlobProperties> {
  const { declaration, destination, clock, emit, stop } = request;
  if (!isRehydrating(request, copied)) return copied;
  const isAwaited = awaitsRehydration(declaration);
  const startedAt = clock.now();
  const report = (status: string | undefined, elapsedMilliseconds: number) =>
    emit({
      type: "rehydrating",
      destination: destination.url,
      archiveStatus: status ?? "",
      priority: declaration.rehydrate?.priority ?? "Standard",
      isAwaited,
      elapsedMilliseconds,
    });
  report(copied.archiveStatus, 0);
  if (!isAwaited) return copied;
  const reader = new PatientRead(request);
  for (;;) {
    await clock.sleep(Math.min(Math.max((clock.now() - startedAt) * LATENESS_SHARE, MIN_PAUSE), MAX_PAUSE), stop);
    const now = await reader.at();
    if (now === "unknown") continue;
    if (now === undefined || now.copy?.id !== copied.copy?.id || now.length !== copied.length)
      throw CopyLost.because(
        `The copy to ${destination.url} is gone`,
        `another client ${now === undefined ? "deleted" : "replaced"} it while it was rehydrated`,
      );
    if (!isRehydrating(request, now)) return now;
    report(now.archiveStatus, clock.now() - startedAt);
  }
}
