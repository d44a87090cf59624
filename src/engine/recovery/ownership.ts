import { type CopyIntent, CopyMethod, isAsynchronous } from "../../intent";
import type { BlobProperties, CopyProperties } from "../ports/blob-properties";
import type { JournalEntry } from "../ports/journal";
import { carriesRestorePointMarks, isUnfinishedBy, withoutMarks } from "./marks";
import { comesFrom } from "./restore-point";
import { sameSource } from "./same-source";
import { isSameMetadata } from "../../util/same/same-texts";
import { isSameCopyId } from "../../util/same/same-copy-id";

/**
 * Owner of everything that a run leaves on the service: the deployment, or the construct if the run
 * was started by hand.
 */
export function ownerOf({ deployment, owner }: Pick<CopyIntent, "deployment" | "owner">): string {
  return deployment ?? owner;
}

/** The service returns times in whole seconds. */
const SAME_MOMENT_MILLISECONDS = 1_000;

/**
 * The destination's content was made by the copy of this entry, so an undo may replace it. Its
 * ETag, its copy id or our mark proves that. In doubt, the content belongs to another client:
 * appending, writing pages and setting metadata keep the copy properties. If the content carried
 * our mark and no longer does, it is ours only if its metadata is exactly what our last write sets.
 * Times, which are whole seconds, decide only where no mark was possible.
 */
export function isOurs(now: BlobProperties, entry: JournalEntry): boolean {
  if (entry.etag === now.etag || isRestoreOf(entry, now.copy)) return true;
  if (entry.isWrittenInto === true) return false;
  if (carriesRestorePointMarks(now.metadata, entry.owner)) return true;
  if (isUnfinishedBy(entry.owner, now.metadata)) return !isWrittenInto(now, entry);
  // The last ETag of a complete copy is known, so any other ETag is another client's write to a
  // finished blob.
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
 * Another client has written into a blob that carries our mark, as far as the blob itself shows it.
 * That client added metadata to ours, appended to a length at which none of our blocks ends, or
 * wrote a blob that a Copy Blob had made.
 */
export function isWrittenInto(now: BlobProperties, { owner, etag, isMarked, finalMetadata, method, begun }: JournalEntry): boolean {
  if (etag === now.etag || !isUnfinishedBy(owner, now.metadata)) return false;
  if (isMarked === true && finalMetadata !== undefined && !isSameMetadata(finalMetadata, withoutMarks(now.metadata))) return true;
  if (method === CopyMethod.APPEND_BLOCK_FROM_URL && begun?.blockSize !== undefined)
    return now.length !== begun.length && now.length % begun.blockSize !== 0;
  return isWrittenSinceCopied(now);
}

/**
 * Another client has appended to a blob that a Copy Blob made, or has written it after the copy's
 * end, and our mark is still there. Our own later writes remove either the copy properties or the
 * mark. Appending, writing pages and setting metadata may leave both.
 */
export function isWrittenSinceCopied(now: Pick<BlobProperties, "copy" | "length" | "lastModified">): boolean {
  return now.copy?.status === "success" && !(hasItsLength(now) && isUnchangedSinceCopied(now));
}

/** The length is that of the copy: nothing has been appended. */
export function hasItsLength({ copy, length }: Pick<BlobProperties, "copy" | "length">): boolean {
  return copy?.bytesTotal === undefined || copy.status !== "success" || copy.bytesTotal === length;
}

/**
 * The destination may have been made by an asynchronous copy of this entry whose response was lost
 * and which carries no mark. Another client's copy of the same source would look the same.
 */
export function isPerhapsOurs({ copy }: Pick<BlobProperties, "copy">, entry: JournalEntry): boolean {
  if (copy === undefined || entry.copyId !== undefined || entry.isMarked === true || !isAsynchronous(entry.method)) return false;
  return entry.touched && !isSameCopyId(copy.id, entry.before.copyId) && sameSource(copy.source, entry.source);
}

/**
 * The destination looks as our last write leaves it, which removes our mark, but no response
 * confirms that write. Another client can have written the same.
 */
export function mayBeOurLast({ metadata }: BlobProperties, { isEnding, isWrittenInto, complete, finalMetadata }: JournalEntry): boolean {
  // If the last write was refused or answered, its effect is known.
  if (isEnding !== true || isWrittenInto === true || complete === true) return false;
  return finalMetadata !== undefined && isSameMetadata(finalMetadata, metadata);
}

/** The destination was last written by the Copy Blob of its restore. */
export function isRestoreOf({ restoreCopyId, before }: JournalEntry, copy: CopyProperties | undefined): boolean {
  return isSameCopyId(copy?.id, restoreCopyId) || comesFrom(copy, before.restorePoint);
}

/** The blob was not written after its last Copy Blob ended. */
export function isUnchangedSinceCopied({ copy, lastModified }: Pick<BlobProperties, "copy" | "lastModified">): boolean {
  if (copy?.completedOn === undefined) return copy !== undefined;
  return lastModified.getTime() <= copy.completedOn.getTime() + SAME_MOMENT_MILLISECONDS;
}
