import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { Before } from "../ports/journal";
import type { FoundRestorePoint } from "../recovery/marks";

/**
 * `ours`: this deployment started it, which its journal, its memory or its mark proves. `restore`: this deployment puts back
 * what was there. `somebody's`: nothing proves either, whatever its source is, so it is waited for at most.
 */
export type StartedBy = "ours" | "restore" | "somebody's";

export interface PendingCopy {
  readonly copyId: string;
  readonly startedBy: StartedBy;
  readonly isFromDeclaredSource: boolean;
}

/** The destination as a run finds it, before it touches anything. */
export interface DestinationSituation {
  /** The destination as it is; undefined when it is absent. */
  readonly now: BlobProperties | undefined;
  /** Its tags, where they were read. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** The destination as it is to be put back: what an earlier run of ours left half-done does not count. */
  readonly before: Before;
  /** What is there is what an earlier run left half-done. */
  readonly isLeftover: boolean;
  readonly pending: PendingCopy | undefined;
  /** What the last copy to it has copied, see {@link copiedFrom}; empty where nothing tells. */
  readonly copiedFrom: string;
  /** Restore points of ours, oldest first; undefined: not looked for. */
  readonly points: readonly FoundRestorePoint[] | undefined;
  /** Restore points of ours that may hold the only copy of what somebody's or our own copy, which came to nothing, has replaced. */
  readonly doubtful?: readonly FoundRestorePoint[];
  /** It can be half a copy of ours, into which somebody has written, and which was left to them: neither length nor times tell what it is. */
  readonly isPerhapsHalf?: boolean;
}

/** Both sides as a run finds them. */
export interface Situation extends DestinationSituation {
  /** undefined: this machine may not or cannot see it, though the service may. */
  readonly source: SourceProperties | undefined;
}
