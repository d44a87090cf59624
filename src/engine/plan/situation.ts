import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { Before } from "../ports/journal";
import type { FoundRestorePoint } from "../recovery/marks";

/**
 * `ours`: this deployment started the copy, as its journal, its memory or its mark proves.
 * `restore`: this deployment is putting back the earlier blob. `unknown`: neither is proven,
 * even where the source is the same, so the run waits for the copy at most.
 */
export type StartedBy = "ours" | "restore" | "unknown";

export interface PendingCopy {
  readonly copyId: string;
  readonly startedBy: StartedBy;
  readonly isFromDeclaredSource: boolean;
}

/** The destination as a run finds it, before any change. */
export interface DestinationSituation {
  /** The destination as it is; undefined when it is absent. */
  readonly now: BlobProperties | undefined;
  /** Its tags, where they were read. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The state to put back, without what an earlier run of this deployment left half-done. */
  readonly before: Before;
  /** The destination is what an earlier run left half-done. */
  readonly isLeftover: boolean;
  readonly pending: PendingCopy | undefined;
  /**
   * Source of the last copy to the destination, see {@link copiedFrom}; empty where it is unknown.
   */
  readonly copiedFrom: string;
  /** Restore points of this deployment, oldest first; undefined where they were not listed. */
  readonly points: readonly FoundRestorePoint[] | undefined;
  /**
   * Restore points of this deployment that may hold the only copy of the earlier content. A copy
   * that came to nothing, ours or another client's, has replaced that content.
   */
  readonly doubtful?: readonly FoundRestorePoint[];
  /**
   * The destination may be half of our copy. Another client has written into it, so it was left to
   * that client, and neither length nor times prove what it is.
   */
  readonly isPerhapsHalf?: boolean;
}

/** Both sides as a run finds them. */
export interface Situation extends DestinationSituation {
  /** undefined where this machine may not or cannot read it, though the service may. */
  readonly source: SourceProperties | undefined;
}
