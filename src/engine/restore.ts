import type { BlobProperties, DestinationBlob } from "./blob-store";
import type { Clock } from "./clock";
import type { JournalEntry } from "./journal";
import { patiently } from "./patiently";
import { comesFrom } from "./restore-point";
import { ServiceError } from "./service-error";
import { waitForCopy } from "./wait";

export interface RestoreRequest {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly leaseId: string | undefined;
  readonly clock: Clock;
  /** The destination's state that is to be replaced. */
  readonly now: BlobProperties;
  readonly snapshot: string;
}

/**
 * Copy Blob from the restore point over its base: bytes and headers come from the snapshot, metadata, tags and tier from the
 * journal. Gives false when somebody else changed the destination first.
 */
export async function restore(request: RestoreRequest): Promise<boolean> {
  const { entry, destination, leaseId, clock, snapshot } = request;
  const { before } = entry;
  const lease = leaseId === undefined ? {} : { leaseId };
  const hadMetadata = Object.keys(before.metadata ?? {}).length > 0;
  let { now } = request;
  for (let attempt = 1; !comesFrom(now.copy, snapshot) || now.copy?.status !== "success"; attempt++) {
    const ifMatch = now.etag;
    try {
      const started = await patiently(clock, () =>
        destination.copyBlob({
          source: destination.snapshotSource(snapshot),
          destinationConditions: { ifMatch },
          ...(hadMetadata ? { metadata: before.metadata } : {}),
          ...(before.tags === undefined ? {} : { tags: before.tags }),
          ...(before.accessTier === undefined || before.accessTier === now.accessTier ? {} : { accessTier: before.accessTier }),
          ...lease,
        }),
      );
      if (started.status === "pending") await settle(request, started.copyId);
    } catch (error) {
      if (!(error instanceof ServiceError) || ![409, 412].includes(error.status)) throw error;
      if (attempt === 4) return false;
    }
    const found = await patiently(clock, () => destination.getProperties(lease));
    if (found === undefined) return false;
    if (comesFrom(found.copy, snapshot) && found.copy?.status === "pending") await settle(request, found.copy.id);
    else if (!comesFrom(found.copy, snapshot) && found.copy?.id !== now.copy?.id && found.etag !== entry.etag) return false;
    now = comesFrom(found.copy, snapshot) ? ((await patiently(clock, () => destination.getProperties(lease))) ?? found) : found;
  }
  // A copy without metadata of its own takes the snapshot's, and with it the marks of the restore point.
  if (!hadMetadata) await patiently(clock, () => destination.setMetadata({}, { ifMatch: now.etag, ...lease }));
  return true;
}

async function settle({ destination, leaseId, clock }: RestoreRequest, copyId: string): Promise<void> {
  await waitForCopy({ destination, copyId, leaseId, clock, emit: () => undefined, stop: new AbortController().signal });
}
