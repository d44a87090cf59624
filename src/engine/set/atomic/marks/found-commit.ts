/** `committing`: the run that finds the mark undoes the commit. `settling`: the set is complete. */
export type CommitPhase = "committing" | "settling";

/** A commit that a run began and did not clean up after. */
export interface FoundCommit {
  readonly phase: CommitPhase;
  /** Ids of the committed blocks begin with this. */
  readonly blockIdPrefix: string;
  /** Common prefix of the names that it commits. */
  readonly prefix: string;
  /**
   * true: everything that it writes has its blocks, so another client wrote a blob that lacks them.
   * false for a mark of an earlier version.
   */
  readonly isByBlocksAlone: boolean;
  /** Time at which the mark was written, by the service's clock: milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** An unreadable mark still proves that there was a commit, but nothing else about it. */
export function parseMark(text: string): Omit<FoundCommit, "writtenAt"> {
  try {
    const { phase, blockIdPrefix, prefix, isByBlocksAlone } = JSON.parse(text) as Partial<Record<keyof FoundCommit, unknown>>;
    if (typeof blockIdPrefix === "string" && typeof prefix === "string")
      return { phase: phase === "settling" ? "settling" : "committing", blockIdPrefix, prefix, isByBlocksAlone: isByBlocksAlone === true };
  } catch {
    // Handled below.
  }
  return { phase: "committing", blockIdPrefix: "", prefix: "", isByBlocksAlone: false };
}
