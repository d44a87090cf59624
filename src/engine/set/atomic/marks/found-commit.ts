/** `committing`: what was committed is to be undone by whoever finds the mark. `settling`: the set is complete. */
export type CommitPhase = "committing" | "settling";

/** A commit that a run began and did not get to tidy up after. */
export interface FoundCommit {
  readonly phase: CommitPhase;
  /** Blocks that it committed have ids that begin with this. */
  readonly blockIdPrefix: string;
  /** What the names that it commits begin with. */
  readonly prefix: string;
  /** All that it writes is of its blocks, so that what lacks them is somebody else's; false of a mark that an earlier version wrote. */
  readonly isByBlocksAlone: boolean;
  /** When the mark was written, by the service's clock: milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** What cannot be read is a commit of which nothing is known but that there was one. */
export function parseMark(text: string): Omit<FoundCommit, "writtenAt"> {
  try {
    const { phase, blockIdPrefix, prefix, isByBlocksAlone } = JSON.parse(text) as Partial<Record<keyof FoundCommit, unknown>>;
    if (typeof blockIdPrefix === "string" && typeof prefix === "string")
      return { phase: phase === "settling" ? "settling" : "committing", blockIdPrefix, prefix, isByBlocksAlone: isByBlocksAlone === true };
  } catch {
    // As below.
  }
  return { phase: "committing", blockIdPrefix: "", prefix: "", isByBlocksAlone: false };
}
