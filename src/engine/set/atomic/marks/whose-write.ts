import { CopyMethod } from "../../../../intent";
import type { BlobContainer } from "../../../ports/blob-container";
import type { DestinationBlob } from "../../../ports/blob-store";
import type { Clock } from "../../../ports/clock";
import type { JournalEntry } from "../../../ports/journal";
import { claimLease } from "../../../recovery/last-write";
import { carriesRestorePointMarks, type FoundRestorePoint, isCommittedBy, isUnfinishedBy } from "../../../recovery/marks";
import { comesFrom } from "../../../recovery/restore-point";
import { lastWriteLeaseOf } from "./last-write-lease";
import type { CommittedName } from "./committed-names";
import type { FoundCommit } from "./found-commit";

export interface WriteContext {
  readonly container: BlobContainer;
  readonly destination: DestinationBlob;
  readonly commit: FoundCommit;
  readonly owner: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * What of a journal entry tells that the blob is as this set's commit left it; empty where the rollback can judge by itself,
 * undefined where nothing proves whose it is: of a copy in its own right that was complete the mark is gone, its lease was given back, and
 * where it came from proves nothing.
 */
export async function whoseWrite(
  { name, now }: CommittedName,
  { before }: FoundRestorePoint,
  context: WriteContext,
): Promise<Partial<JournalEntry> | undefined> {
  const { commit, owner, container, signal } = context;
  const { copy, metadata = {} } = now.details ?? {};
  // A mark is taken off under this lease.
  const lastWriteLease = lastWriteLeaseOf(commit.blockIdPrefix);
  if (isCommittedBy(commit.blockIdPrefix, metadata)) return { etag: now.etag, lastWriteLease };
  if (now.etag === before.etag || carriesRestorePointMarks(metadata, owner) || comesFrom(copy, before.restorePoint)) return {};
  if (isUnfinishedBy(owner, metadata))
    return copy?.status === "pending" ? { method: CopyMethod.COPY_BLOB, copyId: copy.id } : { lastWriteLease };
  const etag = copy === undefined ? await committedEtag(name, container, commit, signal) : undefined;
  if (etag !== undefined) return { etag };
  if (commit.isByBlocksAlone) return {};
  const claimed = await claimedEtag(context);
  return claimed === undefined ? undefined : { etag: claimed };
}

/** ETag of a blob that was not there before the commit, where blocks, mark or lease show it to be of it. */
export async function newOfCommit({ name, now }: CommittedName, context: WriteContext): Promise<string | undefined> {
  const { commit, container, signal } = context;
  if (commit.blockIdPrefix === "" || Date.parse(now.lastModified) < commit.writtenAt) return undefined;
  const etag = await committedEtag(name, container, commit, signal);
  if (etag !== undefined || commit.isByBlocksAlone) return etag;
  const claimed = await claimedEtag(context);
  return claimed ?? (isCommittedBy(commit.blockIdPrefix, now.details?.metadata) ? now.etag : undefined);
}

/** Get Block List: of what this commit wrote by blocks. */
async function committedEtag(
  name: string,
  container: BlobContainer,
  { blockIdPrefix }: FoundCommit,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await container.committedBlocks(name, signal);
  return blockIdPrefix !== "" && found?.blockIds[0]?.startsWith(blockIdPrefix) === true ? found.etag : undefined;
}

/** What the commit wrote last under the lease that it was lost with; that is given back, so that the blob can be put back. */
async function claimedEtag({ destination, commit, clock }: WriteContext): Promise<string | undefined> {
  if (commit.blockIdPrefix === "") return undefined;
  return claimLease(destination, lastWriteLeaseOf(commit.blockIdPrefix), clock);
}
