import type { LogFormat } from "../../util/log-format";
import { Ndjson } from "./ndjson";
import { RedrawnLine } from "./redrawn-line";
import type { Print, Reporter } from "./reporter";
import { TextLines } from "./text-lines";

export interface ReporterOptions {
  readonly format: LogFormat;
  /** Columns of the terminal; undefined without a terminal. */
  readonly terminalWidth: number | undefined;
  readonly now: () => number;
}

export function createReporter(print: Print, { format, terminalWidth, now }: ReporterOptions): Reporter {
  if (format === "json") return new Ndjson(print, now);
  return terminalWidth === undefined ? new TextLines(print, now) : new RedrawnLine(print, now, terminalWidth);
}
