import type { CopyFailure } from "../../failure/copy-failure";

/** One thing that was tried, and what came of it. */
export interface CheckedPart {
  readonly part: "source" | "destination" | "copy";
  /** Without any query. */
  readonly url: string;
  /** Absent when it is in order. */
  readonly failure?: CopyFailure;
  readonly found: string;
}
