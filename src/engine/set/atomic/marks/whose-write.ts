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
 * Returns the journal fields that prove the blob is as this set's commit left it. Returns no fields
 * if the rollback can decide by itself, and undefined if nothing proves who wrote the blob. That is
 * so for a full copy that was complete: its mark is removed, its lease is released, and its source
 * is not a proof.
 */
export async function whoseWrite(
  { name, now }: CommittedName,
  { before }: FoundRestorePoint,
  context: WriteContext,
): Promise<Partial<JournalEntry> | undefined> {
  const { commit, owner, container, signal } = context;
  const { copy, metadata = {} } = now.details ?? {};
  // The mark of a blob is removed under this lease.
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

/**
 * ETag of a blob that did not exist before the commit, if its blocks, mark or lease prove that the
 * commit wrote it.
 */
export async function newOfCommit({ name, now }: CommittedName, context: WriteContext): Promise<string | undefined> {
  const { commit, container, signal } = context;
  if (commit.blockIdPrefix === "" || Date.parse(now.lastModified) < commit.writtenAt) return undefined;
  const etag = await committedEtag(name, container, commit, signal);
  if (etag !== undefined || commit.isByBlocksAlone) return etag;
  const claimed = await claimedEtag(context);
  return claimed ?? (isCommittedBy(commit.blockIdPrefix, now.details?.metadata) ? now.etag : undefined);
}

/** Get Block List, for a blob that this commit wrote from blocks. */
async function committedEtag(
  name: string,
  container: BlobContainer,
  { blockIdPrefix }: FoundCommit,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await container.committedBlocks(name, signal);
  return blockIdPrefix !== "" && found?.blockIds[0]?.startsWith(blockIdPrefix) === true ? found.etag : undefined;
}

/**
 * ETag of the commit's last write, if its lease still proves it. Releases the lease, so that the
 * blob can be restored.
 */
async function claimedEtag({ destination, commit, clock }: WriteContext): Promise<string | undefined> {
  if (commit.blockIdPrefix === "") return undefined;
  return claimLease(destination, lastWriteLeaseOf(commit.blockIdPrefix), clock);
}
