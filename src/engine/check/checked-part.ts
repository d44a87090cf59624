import type { CopyFailure } from "../../failure/copy-failure";

/** One checked part of a copy, and the result. */
export interface CheckedPart {
  readonly part: "source" | "destination" | "copy";
  /** Without its query. */
  readonly url: string;
  /** Absent when the part is in order. */
  readonly failure?: CopyFailure;
  readonly found: string;
}
