import type { CopyMethod } from "../../intent";

/** What a run would do with one destination, were it started now. */
export interface PlannedStep {
  readonly action: "copy" | "skip" | "fail" | "prune";
  /** Of a set's blob; the destination's URL otherwise. */
  readonly key: string;
  /** Without any query; empty for what is pruned. */
  readonly source: string;
  readonly destination: string;
  /** undefined where the source does not say. */
  readonly bytes: number | undefined;
  /** The one that is tried first; undefined where nothing is copied. */
  readonly method: CopyMethod | undefined;
  readonly why: string;
}
