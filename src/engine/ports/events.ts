import type { Cause } from "../../failure/causes";
import type { CopyMethod, CopyStatus, Receipt } from "../../intent";

/** Fields of every event that is about one copy. */
interface OfOneCopy {
  /** Destination URL without its query: identifies the copy within a run. */
  readonly destination: string;
}

/** What happens during a run, told once; `report/` turns it into text, a redrawn line or NDJSON. No event holds a secret. */
export type CopyEvent =
  | { readonly type: "last-word"; readonly text: string; readonly at: string }
  | { readonly type: "warning"; readonly text: string }
  /** In words, without any secret. */
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
  /** `status`: what the service said of it when it was found. */
  | (OfOneCopy & { readonly type: "copy-adopted"; readonly copyId: string; readonly status: CopyStatus; readonly isAwaited: boolean })
  | (OfOneCopy & {
      readonly type: "copy-progress";
      readonly copyId: string;
      readonly status: CopyStatus;
      readonly bytesCopied: number;
      readonly bytesTotal: number | undefined;
      readonly elapsedMilliseconds: number;
      /** What the service says it is retrying, while pending. */
      readonly statusDescription?: string;
    })
  /** The copy is all there, and the service brings it from the archive. */
  | (OfOneCopy & {
      readonly type: "rehydrating";
      /** Such as `rehydrate-pending-to-hot`; empty where the service does not tell. */
      readonly archiveStatus: string;
      readonly priority: string;
      /** false: nothing waits for it. */
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
  /** Of a set that is all or nothing; with how much there is to put back or to discard. */
  | { readonly type: "set-rollback-started"; readonly why: string; readonly copied: number; readonly staged: number }
  | { readonly type: "set-failures"; readonly failed: number; readonly failures: readonly FailedBlob[]; readonly causes: readonly Cause[] }
  | ({ readonly type: "set-completed"; readonly pruned: number } & SetCounts)
  /** What a destroyed set had copied to a place is gone. */
  | (OfOneCopy & { readonly type: "set-destroyed"; readonly deleted: number; readonly gone: number })
  | {
      readonly type: "run-failed";
      readonly exitCode: number;
      readonly what: string;
      readonly side?: string;
      readonly why: string;
      readonly remedy: string;
    };

/** How far a copy set is. */
export interface SetCounts {
  readonly copied: number;
  /** Were there already. */
  readonly skipped: number;
  readonly failed: number;
  /** Of an atomic set: blobs that only wait for the commit. */
  readonly staged: number;
  /** Blobs of the set, as far as they are known. */
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

/** How a rollback left the destination. */
export type RollbackOutcome =
  /** As it was before the run. */
  | "restored"
  /** Absent, as before. */
  | "removed"
  /** The run had not touched it. */
  | "untouched"
  /** Aborted only, as declared: the destination may have zero length. */
  | "aborted"
  /** It is complete and being rehydrated, which the next run waits for. */
  | "goes-on"
  /** Somebody else changed it meanwhile, so it was left alone. */
  | "left-alone"
  /** It could not be put back; the detail says why and what to do. */
  | "incomplete";

/** Receives events as they happen; must not throw and must not block. */
export type EventSink = (event: CopyEvent) => void;
