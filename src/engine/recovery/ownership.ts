import { type CopyIntent, CopyMethod, isAsynchronous } from "../../intent";
import type { BlobProperties, CopyProperties } from "../ports/blob-properties";
import type { JournalEntry } from "../ports/journal";
import { carriesRestorePointMarks, isUnfinishedBy, withoutMarks } from "./marks";
import { comesFrom } from "./restore-point";
import { sameSource } from "./same-source";
import { isSameMetadata } from "../../util/same/same-texts";
import { isSameCopyId } from "../../util/same/same-copy-id";

/** Who owns what a run leaves on the service: the deployment, or the construct in a run by hand. */
export function ownerOf({ deployment, owner }: Pick<CopyIntent, "deployment" | "owner">): string {
  return deployment ?? owner;
}

/** The service gives times in whole seconds. */
const SAME_MOMENT_MILLISECONDS = 1_000;

/**
 * Whether the destination is what the copy of this entry made of it, so that undoing may replace it: its ETag, its copy id or our mark
 * proves that. In doubt it is somebody else's: appending, writing pages and setting metadata keep the copy properties. What carried our
 * mark is ours without it only when its metadata is what takes it off; times, which are whole seconds, decide where no mark was possible.
 */
export function isOurs(now: BlobProperties, entry: JournalEntry): boolean {
  if (entry.etag === now.etag || isRestoreOf(entry, now.copy)) return true;
  if (entry.isWrittenInto === true) return false;
  if (carriesRestorePointMarks(now.metadata, entry.owner)) return true;
  if (isUnfinishedBy(entry.owner, now.metadata)) return !isWrittenInto(now, entry);
  // Of what was complete its last ETag is known: whoever wrote since has written a blob, not what was left halfway.
  if (entry.complete === true && entry.etag !== undefined) return false;
  const { copyId, isMarked, finalMetadata, hasEnded } = entry;
  if (now.copy === undefined || !isSameCopyId(now.copy.id, copyId)) return false;
  if (isMarked !== true) return isUnchangedSinceCopied(now);
  return (
    hasEnded === true &&
    finalMetadata !== undefined &&
    now.copy.status === "success" &&
    hasItsLength(now) &&
    isSameMetadata(finalMetadata, now.metadata)
  );
}

/**
 * Whether somebody has written into what carries our mark, as far as that shows by itself: they have added metadata to what we sent, appended where
 * none of our blocks ends, or written what a Copy Blob had made.
 */
export function isWrittenInto(now: BlobProperties, { owner, etag, isMarked, finalMetadata, method, begun }: JournalEntry): boolean {
  if (etag === now.etag || !isUnfinishedBy(owner, now.metadata)) return false;
  if (isMarked === true && finalMetadata !== undefined && !isSameMetadata(finalMetadata, withoutMarks(now.metadata))) return true;
  if (method === CopyMethod.APPEND_BLOCK_FROM_URL && begun?.blockSize !== undefined)
    return now.length !== begun.length && now.length % begun.blockSize !== 0;
  return isWrittenSinceCopied(now);
}

/**
 * Somebody has appended to what a Copy Blob made, or has written it after its end, and left our mark on it: whatever we do to it after that takes
 * the copy's properties away, or the mark. Appending, writing pages and setting metadata may leave both.
 */
export function isWrittenSinceCopied(now: Pick<BlobProperties, "copy" | "length" | "lastModified">): boolean {
  return now.copy?.status === "success" && !(hasItsLength(now) && isUnchangedSinceCopied(now));
}

/** Nobody has appended to what the copy made. */
export function hasItsLength({ copy, length }: Pick<BlobProperties, "copy" | "length">): boolean {
  return copy?.bytesTotal === undefined || copy.status !== "success" || copy.bytesTotal === length;
}

/**
 * The destination may be what an asynchronous copy of this entry made of it, whose answer was never heard and which carries no mark; somebody else
 * who copied the same source would have made the same.
 */
export function isPerhapsOurs({ copy }: Pick<BlobProperties, "copy">, entry: JournalEntry): boolean {
  if (copy === undefined || entry.copyId !== undefined || entry.isMarked === true || !isAsynchronous(entry.method)) return false;
  return entry.touched && !isSameCopyId(copy.id, entry.before.copyId) && sameSource(copy.source, entry.source);
}

/**
 * The destination is just what our last write leaves, which takes our mark off, and nobody has heard that it took effect; somebody else can have
 * written the same.
 */
export function mayBeOurLast({ metadata }: BlobProperties, { isEnding, isWrittenInto, complete, finalMetadata }: JournalEntry): boolean {
  // Where it was refused, or was answered, that is known.
  if (isEnding !== true || isWrittenInto === true || complete === true) return false;
  return finalMetadata !== undefined && isSameMetadata(finalMetadata, metadata);
}

/** The destination was last written by the Copy Blob that puts it back. */
export function isRestoreOf({ restoreCopyId, before }: JournalEntry, copy: CopyProperties | undefined): boolean {
  return isSameCopyId(copy?.id, restoreCopyId) || comesFrom(copy, before.restorePoint);
}

/** Nobody wrote the blob since its last Copy Blob ended. */
export function isUnchangedSinceCopied({ copy, lastModified }: Pick<BlobProperties, "copy" | "lastModified">): boolean {
  if (copy?.completedOn === undefined) return copy !== undefined;
  return lastModified.getTime() <= copy.completedOn.getTime() + SAME_MOMENT_MILLISECONDS;
}
