import type { Peers } from "./peers/find-peers";
import type { Workshop } from "./workshop";

/** Figures of one run, by the key of a {@link Figure}. */
export type Sample = Readonly<Record<string, number>>;

/** One of the programs that are compared, or a baseline. */
export interface Contender {
  readonly name: string;
  /** The exact command or code, and the start and end of the measurement. */
  readonly does: string;
  /** Runs once; rejects when the result is wrong. */
  measure(): Promise<Sample>;
  /** Its runs only wait, so all of them are made at the same time. */
  readonly onlyWaits?: boolean;
}

export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly unit: "s" | "ms" | "MB" | "";
}

/** Returns a contender's median of a figure; undefined when it is missing. */
export type Median = (contender: string, figure?: string) => number | undefined;

export interface Goal {
  readonly text: string;
  /** The contender whose figure must stay below the limit; default {@link OURS}. */
  readonly contender?: string;
  /** Default: the row's first. */
  readonly figure?: string;
  /** undefined when the peer that it depends on is missing. */
  limit(median: Median): number | undefined;
}

/** A row with a running service that holds its blobs. */
export interface PreparedRow {
  /** Only the first figure is compared and drawn. */
  readonly figures: readonly Figure[];
  /** {@link OURS} first. */
  readonly contenders: readonly Contender[];
  readonly goals: readonly Goal[];
  /** Peers that could have been measured, and why they were not. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
  dispose(): Promise<void>;
}

export interface Bench {
  readonly workshop: Workshop;
  readonly peers: Peers;
  /** Smaller amounts, for a quick check in a minute or two. Its figures are not comparable. */
  readonly isQuick: boolean;
}

/** One kind of work. */
export interface Row {
  readonly id: string;
  readonly title: (isQuick: boolean) => string;
  /**
   * For rows where the usual number of runs would take too long or would not improve the figures.
   */
  readonly runs?: number;
  /** Whether the chart shows the comparison. */
  readonly isDrawn: boolean;
  prepare(bench: Bench): Promise<PreparedRow>;
}

export const OURS = "ours";
