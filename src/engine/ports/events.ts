import type { Cause } from "../../failure/causes";
import type { CopyMethod, CopyStatus, Receipt } from "../../intent";

/** Fields of every event about one copy. */
interface OfOneCopy {
  /** Destination URL without its query: identifies the copy within a run. */
  readonly destination: string;
}

/**
 * An event of a run. `report/` turns it into text, a redrawn line or NDJSON. Events do not contain
 * secrets.
 */
export type CopyEvent =
  | { readonly type: "last-word"; readonly text: string; readonly at: string }
  | { readonly type: "warning"; readonly text: string }
  /** The identity in words, without any secret. */
  | { readonly type: "identity-chosen"; readonly identity: string }
  | (OfOneCopy & {
      readonly type: "method-chosen";
      readonly source: string;
      readonly method: CopyMethod;
      readonly why: string;
      readonly bytesTotal: number | undefined;
    })
  | (OfOneCopy & { readonly type: "method-refused"; readonly method: CopyMethod; readonly next: CopyMethod; readonly why: string })
  | (OfOneCopy & { readonly type: "restore-point-taken"; readonly snapshot: string })
  | (OfOneCopy & { readonly type: "restore-point-found"; readonly snapshot: string })
  | (OfOneCopy & { readonly type: "copy-started"; readonly copyId: string; readonly status: CopyStatus })
  /** `status`: as the service reported it when the copy was found. */
  | (OfOneCopy & { readonly type: "copy-adopted"; readonly copyId: string; readonly status: CopyStatus; readonly isAwaited: boolean })
  | (OfOneCopy & {
      readonly type: "copy-progress";
      readonly copyId: string;
      readonly status: CopyStatus;
      readonly bytesCopied: number;
      readonly bytesTotal: number | undefined;
      readonly elapsedMilliseconds: number;
      /** While pending: the error that the service reports and retries. */
      readonly statusDescription?: string;
    })
  /** The copy is complete, and the service rehydrates the blob from the archive. */
  | (OfOneCopy & {
      readonly type: "rehydrating";
      /** Such as `rehydrate-pending-to-hot`; empty if the service does not report it. */
      readonly archiveStatus: string;
      readonly priority: string;
      /** false: the run does not wait for it. */
      readonly isAwaited: boolean;
      readonly elapsedMilliseconds: number;
    })
  | (OfOneCopy & { readonly type: "copy-left-pending"; readonly copyId: string })
  | (OfOneCopy & { readonly type: "copy-skipped"; readonly why: string; readonly receipt: Receipt })
  | (OfOneCopy & { readonly type: "copy-completed"; readonly receipt: Receipt; readonly elapsedMilliseconds: number })
  | (OfOneCopy & { readonly type: "rollback-started"; readonly why: string })
  | (OfOneCopy & { readonly type: "copy-aborted"; readonly copyId: string })
  | (OfOneCopy & { readonly type: "rollback-finished"; readonly outcome: RollbackOutcome; readonly detail: string })
  | (OfOneCopy & { readonly type: "destination-deleted" })
  | (OfOneCopy & { readonly type: "destination-left"; readonly why: string })
  | ({ readonly type: "set-progress" } & SetCounts)
  /** Rollback of an atomic set, with the number of blobs to restore and to discard. */
  | { readonly type: "set-rollback-started"; readonly why: string; readonly copied: number; readonly staged: number }
  | { readonly type: "set-failures"; readonly failed: number; readonly failures: readonly FailedBlob[]; readonly causes: readonly Cause[] }
  | ({ readonly type: "set-completed"; readonly pruned: number } & SetCounts)
  /** The blobs that a destroyed set had copied to a place were deleted. */
  | (OfOneCopy & { readonly type: "set-destroyed"; readonly deleted: number; readonly gone: number })
  | {
      readonly type: "run-failed";
      readonly exitCode: number;
      readonly what: string;
      readonly side?: string;
      readonly why: string;
      readonly remedy: string;
    };

/** Progress of a copy set. */
export interface SetCounts {
  readonly copied: number;
  /** Blobs that were already there. */
  readonly skipped: number;
  readonly failed: number;
  /** Of an atomic set: blobs that wait only for the commit. */
  readonly staged: number;
  /** Blobs of the set that are known so far. */
  readonly total: number;
  /** false while the source is still being listed. */
  readonly totalIsKnown: boolean;
  readonly bytesCopied: number;
  readonly elapsedMilliseconds: number;
}

/** A blob of a set that was not copied. */
export interface FailedBlob {
  readonly key: string;
  readonly destination: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** State of the destination after a rollback. */
export type RollbackOutcome =
  /** Restored to its state before the run. */
  | "restored"
  /** Absent, as before. */
  | "removed"
  /** Not touched by the run. */
  | "untouched"
  /** The copy was only aborted, as declared: the destination may have zero length. */
  | "aborted"
  /** The copy is complete and the blob is being rehydrated; the next run waits for that. */
  | "goes-on"
  /** Another client has changed the destination, so it was left alone. */
  | "left-alone"
  /** The destination could not be restored. The detail says why and what to do. */
  | "incomplete";

/** Receives events as they happen; must not throw and must not block. */
export type EventSink = (event: CopyEvent) => void;
