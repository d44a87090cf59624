import type { CopyMethod } from "../../intent";

/** The step that a run would take for one destination if it started now. */
export interface PlannedStep {
  readonly action: "copy" | "skip" | "fail" | "prune";
  /** Key of a set's blob; otherwise the destination's URL. */
  readonly key: string;
  /** Without its query; empty for a blob that is pruned. */
  readonly source: string;
  readonly destination: string;
  /** undefined where the source does not report it. */
  readonly bytes: number | undefined;
  /** The method that is tried first; undefined where nothing is copied. */
  readonly method: CopyMethod | undefined;
  readonly why: string;
}
