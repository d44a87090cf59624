import type { CopyMethod, RollbackPolicy, ShownOptions } from "../../intent";

/** State of a destination before a run touched it: everything that is needed to restore it. */
export interface Before {
  readonly exists: boolean;
  /**
   * It is not known whether there was a blob, because the run did not wait for the copy and kept no
   * restore point.
   */
  readonly isUnknown?: boolean;
  readonly etag?: string;
  readonly length?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly accessTier?: string;
  /** The tier is the account's default and was not set. */
  readonly accessTierInferred?: boolean;
  /**
   * `x-ms-copy-id` that the destination already carried. It distinguishes an older copy from ours.
   */
  readonly copyId?: string;
  /** Absent in notes of earlier versions. */
  readonly shown?: ShownOptions;
  /** Snapshot time stamp of the restore point. */
  readonly restorePoint?: string;
}

/** A copy by ranges that may take longer than the process that began it. */
export interface BegunRanges {
  /** ETag of the content that the ranges belong to. */
  readonly sourceEtag: string;
  readonly length: number;
  /** For blocks, uncommitted or appended: their size in bytes. */
  readonly blockSize?: number;
  /** For pages: the sequence number of the blob until all pages are there. */
  readonly fence?: number;
}

/**
 * Instructions for undoing one copy, written before each step that would need an undo. They let a
 * replacement guardian take over after the first one was killed. After the loss of the machine the
 * state on the service (restore points, copy properties) is used instead.
 */
export interface JournalEntry {
  /** Destination URL without its query. */
  readonly destination: string;
  readonly owner: string;
  /**
   * Path of the construct that declares the copy, since copies of a deployment share a journal.
   * Absent in notes of earlier versions.
   */
  readonly construct?: string;
  readonly source: string;
  /**
   * ETag of the source when the copy began. Absent if the source has none, and in notes of earlier
   * versions.
   */
  readonly sourceEtag?: string;
  readonly method: CopyMethod;
  readonly rollback: RollbackPolicy;
  readonly before: Before;
  /** A request that writes the destination was sent or is about to be sent. */
  readonly touched: boolean;
  /** Known once the service has answered. */
  readonly copyId?: string;
  /** Copy id of the Copy Blob that restores from the restore point. */
  readonly restoreCopyId?: string;
  /**
   * The request writes our mark, so content without the mark belongs to another client. Absent for
   * the commit of an atomic set.
   */
  readonly isMarked?: boolean;
  /** For a marked blob: all its metadata after the mark is removed. */
  readonly finalMetadata?: Readonly<Record<string, string>>;
  /** Tags that the copy sets on the destination; undefined if they are not known. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * This run saw that the copy had ended. Only after that can this run have removed the mark; if
   * the mark was removed earlier, another run removed it.
   */
  readonly hasEnded?: boolean;
  /** ETag of the destination after our last write. */
  readonly etag?: string;
  /**
   * Another client has written the destination since `etag`, or may have. The content belongs to
   * that client, and nothing of it is undone.
   */
  readonly isWrittenInto?: boolean;
  /** A rollback has left the destination to that client, so it no longer carries our mark. */
  readonly isLeftToThem?: boolean;
  /** The request that removes our mark was sent or is about to be sent. */
  readonly isEnding?: boolean;
  /**
   * Id of the lease for the last write, which was sent or is about to be sent: see
   * `recovery/last-write.ts`.
   */
  readonly lastWriteLease?: string | undefined;
  /** A hold or a policy was set on the copied blob, or is about to be set. */
  readonly isProtected?: boolean;
  /**
   * Prefix of the ids of our blocks; empty for a blob without blocks, or if the ids cannot identify
   * our blocks.
   */
  readonly blockIdPrefix?: string;
  /** Set by a method that copies by ranges, so that a later slice of the same copy can continue. */
  readonly begun?: BegunRanges;
  /** A restore point was taken or is about to be taken, and its name is not known. */
  readonly takingRestorePoint?: boolean;
  /** The destination holds the complete copy, as declared, as far as the service shows. */
  readonly complete?: boolean;
  /** The copy is complete and is being rehydrated. An undo would also lose the rehydration. */
  readonly isRehydrating?: boolean;
  /**
   * The results are durable. Nothing is to be undone, and only the restore point is left to be
   * removed.
   */
  readonly settled?: boolean;
}

/**
 * Durable notes of the copies that are under way, one per destination. A note is durable when
 * `write` returns or, if it returns a promise, when the promise resolves. The noted step begins
 * only after that.
 */
export interface Journal {
  read(destination: string): JournalEntry | undefined;
  write(entry: JournalEntry): void | Promise<void>;
  remove(destination: string): void | Promise<void>;
}

/**
 * A journal whose entries can be listed, because a set does not know beforehand which blobs are
 * under way.
 */
export interface ListedJournal extends Journal {
  entries(): Iterable<JournalEntry>;
}
