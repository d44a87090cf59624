import type { CopyEvent } from "../../engine/ports/events";

/** Tells a run to somebody: in lines for a log, in one redrawn line for a terminal, in NDJSON for a machine. */
export interface Reporter {
  report(event: CopyEvent): void;
  /** Called about once a second: time for a sign of life, should one be due. */
  tick(): void;
  /** Leaves the output in order. */
  end(): void;
}

/** Prints text; a line break is part of the text. */
export type Print = (text: string) => void;
