import type { CopyEvent } from "../../engine/ports/events";

/**
 * Reports a run: as lines for a log, as one redrawn line for a terminal, or as NDJSON for a
 * machine.
 */
export interface Reporter {
  report(event: CopyEvent): void;
  /** Called at short intervals, to print a sign of life if one is due. */
  tick(): void;
  /** Leaves the output in order. */
  end(): void;
}

/** Prints text that includes its line breaks. */
export type Print = (text: string) => void;
