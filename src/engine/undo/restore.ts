import { tagsFitTheHeader } from "../../intent";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";
import type { StartedCopy } from "../ports/requests";
import type { Clock } from "../ports/clock";
import { CopyFailure } from "../../failure/copy-failure";
import type { JournalEntry } from "../ports/journal";
import { isOurs, isRestoreOf } from "../recovery/ownership";
import { retryForRollback, MAX_ROLLBACK_RETRY_MILLISECONDS } from "./retry-for-rollback";
import { carriesRestorePointMarks } from "../recovery/marks";
import { isConflict, isHeldByLease } from "../../failure/service-codes";
import { ServiceError } from "../../failure/service-error";
import { isSameMetadata } from "../../util/same/same-texts";
import { waitForCopy } from "../watch/wait";

export interface RestoreRequest {
  readonly entry: JournalEntry;
  readonly destination: DestinationBlob;
  readonly clock: Clock;
  /** State of the destination that is replaced. */
  readonly now: BlobProperties;
  readonly snapshot: string;
  readonly note?: ((change: Partial<JournalEntry>) => void | Promise<void>) | undefined;
}

const MAX_TRIES = 6;
const REFUSED_PAUSE_MILLISECONDS = 100;

/**
 * Copy Blob from the restore point over its base blob. Bytes and headers come from the snapshot;
 * metadata, tags and tier come from the journal. Returns false if another client changed the
 * destination first.
 */
export async function restore(restoring: RestoreRequest): Promise<boolean> {
  let request = restoring;
  let now: BlobProperties | undefined = request.now;
  let refusal: ServiceError | undefined;
  for (let tries = 1; ; tries++) {
    if (now.copy !== undefined && isRestoreOf(request.entry, now.copy)) {
      if (now.copy.status === "pending") await settle(request, now.copy.id);
      now = await propertiesOf(request);
      if (now === undefined) return false;
      if (isRestoreOf(request.entry, now.copy) && now.copy?.status === "success") break;
    }
    // The rollback has already checked the state that it found.
    if (tries > 1 && !isOurs(now, request.entry)) return false;
    if (tries > MAX_TRIES) throw refusal ?? new Error(endOf(now));
    const started = await copyBack(request, now);
    if (started instanceof ServiceError) {
      refusal = started;
      // A write of a killed program came in between, and more of its writes may follow.
      await request.clock.sleep(REFUSED_PAUSE_MILLISECONDS * 2 ** tries);
    } else {
      refusal = undefined;
      // The source URL that the service shows is meant for people. The copy id identifies this
      // copy.
      const change = { restoreCopyId: started.copyId };
      request = { ...request, entry: { ...request.entry, ...change } };
      await request.note?.(change);
    }
    now = await propertiesOf(request);
    if (now === undefined) return false;
  }
  return setWhatCopyBlobCannot(request, now);
}

function endOf({ copy }: BlobProperties): string {
  return `Copy Blob from the restore point ended as ${copy?.status ?? "nothing"}: ${copy?.statusDescription ?? ""}`;
}

/**
 * Copy Blob, conditional on the ETag that was read. Returns the error if the service refuses it
 * with a conflict.
 */
async function copyBack({ entry, destination, clock, snapshot }: RestoreRequest, now: BlobProperties): Promise<StartedCopy | ServiceError> {
  const { before } = entry;
  const needsTier = before.accessTierInferred === true ? before.accessTier !== now.tier : before.accessTier !== undefined;
  try {
    return await retryForRollback(clock, (signal) =>
      destination.copySnapshotBack(snapshot, {
        signal,
        destinationConditions: { ifMatch: now.etag },
        properties: {
          metadata: isDoneByCopyBlob(entry) ? before.metadata : undefined,
          tags: tagsFitTheHeader(before.tags) ? before.tags : undefined,
          tier: needsTier ? before.accessTier : undefined,
        },
      }),
    );
  } catch (error) {
    // This can also be the refusal of a second try after the first one took effect. A finite lease
    // was already waited for; a lease that still exists is infinite.
    if (isConflict(error) && !isHeldByLease(error)) return error;
    throw error;
  }
}

/**
 * If Copy Blob is sent without metadata, the blob gets the snapshot's metadata. Its marks then show
 * that further steps are left to do.
 */
function isDoneByCopyBlob({ before }: JournalEntry): boolean {
  return Object.keys(before.metadata ?? {}).length > 0 && tagsFitTheHeader(before.tags);
}

async function setWhatCopyBlobCannot(request: RestoreRequest, copied: BlobProperties): Promise<boolean> {
  const { entry, destination, clock } = request;
  const { metadata = {}, tags } = entry.before;
  if (tags !== undefined && !tagsFitTheHeader(tags))
    await retryForRollback(clock, (signal) => destination.setTags(tags, { ifMatch: copied.etag, signal }));
  let now: BlobProperties | undefined = copied;
  for (let tries = 1; carriesRestorePointMarks(now.metadata); tries++) {
    const { etag: ifMatch, shown: encryption } = now;
    let written: string | undefined;
    try {
      written = (await retryForRollback(clock, (signal) => destination.setMetadata(metadata, { ifMatch, encryption, signal }))).etag;
    } catch (error) {
      if (!isConflict(error) || tries === MAX_TRIES) throw error;
    }
    now = await propertiesOf(request);
    if (now === undefined) return false;
    // It is not documented whether Set Blob Metadata keeps the copy properties, and a refusal can
    // be that of a second try.
    if (now.etag === written || isSameBlob(now, copied, metadata)) return true;
    if (!isRestoreOf(entry, now.copy)) return false;
  }
  return true;
}

function isSameBlob(now: BlobProperties, copied: BlobProperties, metadata: Readonly<Record<string, string>>): boolean {
  return now.length === copied.length && now.contentMd5 === copied.contentMd5 && isSameMetadata(metadata, now.metadata);
}

function propertiesOf({ destination, clock }: RestoreRequest): Promise<BlobProperties | undefined> {
  return retryForRollback(clock, (signal) => destination.getProperties({ signal }));
}

/** Waits until the Copy Blob of a restore has ended. The caller then reads how it ended. */
async function settle({ destination, clock }: RestoreRequest, copyId: string): Promise<void> {
  const givenUp = new AbortController();
  const over = new AbortController();
  clock.sleep(MAX_ROLLBACK_RETRY_MILLISECONDS, over.signal).then(
    () => givenUp.abort(new Error("the restore took too long")),
    () => undefined,
  );
  try {
    await waitForCopy({ destination, copyId, clock, emit: () => undefined, stop: givenUp.signal });
  } catch (error) {
    if (!(error instanceof CopyFailure)) throw error;
  } finally {
    over.abort();
  }
}
