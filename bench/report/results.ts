import type { RowResult } from "../measure-row";
import type { Machine } from "./machine";

/** All results of a run. */
export interface Results {
  readonly machine: Machine;
  readonly isQuick: boolean;
  readonly runs: number;
  readonly rows: readonly RowResult[];
  /** Rows that could not be measured, and why. */
  readonly failed: readonly { readonly id: string; readonly why: string }[];
}
