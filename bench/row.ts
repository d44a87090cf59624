import type { Peers } from "./peers/find-peers";
import type { Workshop } from "./workshop";

/** Figures of one run, by the key of a {@link Figure}. */
export type Sample = Readonly<Record<string, number>>;

/** One of those that are compared, or what they are compared with. */
export interface Contender {
  readonly name: string;
  /** What exactly is run, and from when to when it is measured. */
  readonly does: string;
  /** Runs once; rejects when the result is not what it should be. */
  measure(): Promise<Sample>;
  /** Its runs only wait, so all of them are made at the same time. */
  readonly onlyWaits?: boolean;
}

export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly unit: "s" | "ms" | "MB" | "";
}

/** Gives a contender's median of a figure; undefined for one that is missing. */
export type Median = (contender: string, figure?: string) => number | undefined;

export interface Goal {
  readonly text: string;
  /** Whose figure must stay below; default {@link OURS}. */
  readonly contender?: string;
  /** Default: the row's first. */
  readonly figure?: string;
  /** undefined when the peer that it depends on is missing. */
  limit(median: Median): number | undefined;
}

/** A row whose service is up and whose blobs are there. */
export interface PreparedRow {
  /** The first one is compared and drawn. */
  readonly figures: readonly Figure[];
  /** {@link OURS} first. */
  readonly contenders: readonly Contender[];
  readonly goals: readonly Goal[];
  /** Peers that could have been measured here, and why they were not. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
  dispose(): Promise<void>;
}

export interface Bench {
  readonly workshop: Workshop;
  readonly peers: Peers;
  /** Smaller amounts, for a look in a minute or two; its figures are not comparable. */
  readonly isQuick: boolean;
}

/** One kind of work. */
export interface Row {
  readonly id: string;
  readonly title: (isQuick: boolean) => string;
  /** Where the number of runs asked for would take too long or would tell nothing more. */
  readonly runs?: number;
  /** Whether the comparison belongs into the chart. */
  readonly isDrawn: boolean;
  prepare(bench: Bench): Promise<PreparedRow>;
}

export const OURS = "ours";
