import type { CopyMethod, RollbackPolicy, ShownOptions } from "../../intent";

/** What a destination was before a run touched it: all that is needed to put it back. */
export interface Before {
  readonly exists: boolean;
  /** Nothing tells whether there was a blob: the copy was not waited for, and its restore point was given up. */
  readonly isUnknown?: boolean;
  readonly etag?: string;
  readonly length?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly accessTier?: string;
  /** The tier is the account's default, not one that was set. */
  readonly accessTierInferred?: boolean;
  /** `x-ms-copy-id` that the destination carried already: tells an older copy from ours. */
  readonly copyId?: string;
  /** Absent in what earlier versions noted. */
  readonly shown?: ShownOptions;
  /** Snapshot time stamp of the restore point. */
  readonly restorePoint?: string;
}

/** A copy by ranges that may take longer than the process that begins it. */
export interface BegunRanges {
  /** Of the content that the ranges are of. */
  readonly sourceEtag: string;
  readonly length: number;
  /** Of blocks, uncommitted or appended, in bytes. */
  readonly blockSize?: number;
  /** Of pages: the sequence number that the blob has until all of them are there. */
  readonly fence?: number;
}

/**
 * How to undo one copy, written before each step that would need undoing. It lets a replacement guardian take over after
 * the first one was killed; after the loss of the machine the service's own state (restore points, copy properties) serves.
 */
export interface JournalEntry {
  /** Destination URL without its query. */
  readonly destination: string;
  readonly owner: string;
  /** Path of the construct whose copy it is: copies of a deployment share a journal. Absent in what earlier versions noted. */
  readonly construct?: string;
  readonly source: string;
  /** Of the source when the copy was begun; absent where it gives none, and in what earlier versions noted. */
  readonly sourceEtag?: string;
  readonly method: CopyMethod;
  readonly rollback: RollbackPolicy;
  readonly before: Before;
  /** A request that writes the destination is about to be sent, or was. */
  readonly touched: boolean;
  /** Known once the service has answered. */
  readonly copyId?: string;
  /** Of the Copy Blob that puts the restore point back. */
  readonly restoreCopyId?: string;
  /** What the request writes carries our mark, so that what is there without it is somebody else's; absent for the commit of an atomic set. */
  readonly isMarked?: boolean;
  /** Of what carries our mark: all its metadata once the mark is taken off. */
  readonly finalMetadata?: Readonly<Record<string, string>>;
  /** Tags that the copy gives the destination; undefined where that is not known. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The copy was seen to have ended, so what takes its mark off may be this run; before that it is another one. */
  readonly hasEnded?: boolean;
  /** ETag that our last write gave the destination. */
  readonly etag?: string;
  /** Somebody has, or may have, written the destination since `etag`: it is theirs, and nothing of it is undone. */
  readonly isWrittenInto?: boolean;
  /** A rollback has left it to them, so that it carries no mark of ours any more. */
  readonly isLeftToThem?: boolean;
  /** The request that takes our mark off is about to be sent, or was. */
  readonly isEnding?: boolean;
  /** Lease under which the last write is about to be made, or was: see `recovery/last-write.ts`. */
  readonly lastWriteLease?: string | undefined;
  /** A hold or a policy is about to be set on what was copied, or was. */
  readonly isProtected?: boolean;
  /** Blocks of ours have ids that begin with this; empty for a blob without blocks, or where no id can tell. */
  readonly blockIdPrefix?: string;
  /** Of a method that copies by ranges: for a later slice of the same copy to go on with. */
  readonly begun?: BegunRanges;
  /** A restore point is about to be taken, or was: its name is not known. */
  readonly takingRestorePoint?: boolean;
  /** The destination holds the whole copy, as declared, as far as the service tells. */
  readonly complete?: boolean;
  /** It is complete, and being rehydrated, which would be lost with it. */
  readonly isRehydrating?: boolean;
  /** The results are safe: there is nothing to undo any more, only the restore point to remove. */
  readonly settled?: boolean;
}

/**
 * Durable notes of what is under way, one per destination. A note is durable when `write` returns or,
 * where it returns a promise, when that resolves; the step that it is about is taken after that.
 */
export interface Journal {
  read(destination: string): JournalEntry | undefined;
  write(entry: JournalEntry): void | Promise<void>;
  remove(destination: string): void | Promise<void>;
}

/** A journal that can be gone through: a set does not say beforehand which blobs it has under way. */
export interface ListedJournal extends Journal {
  entries(): Iterable<JournalEntry>;
}
