import type { BlobStatusReport } from "../../engine/set/status";
import type { LogFormat } from "../../util/log-format";
import { type EarlierWord, statusLine, wordLines } from "./status";
import type { Print } from "../live/reporter";
import { formatBytes, formatCount } from "../units";

/**
 * Prints the lines of single blobs as soon as they are known, then the totals, then the messages of
 * earlier runs.
 */
export async function printSetStatus(
  batches: AsyncIterable<readonly BlobStatusReport[]>,
  words: readonly EarlierWord[],
  { print, printed, logFormat }: { readonly print: Print; readonly printed: () => Promise<unknown>; readonly logFormat: LogFormat },
): Promise<void> {
  const text = new SetStatusText(logFormat);
  for await (const reports of batches) {
    const lines = text.lines(reports);
    if (lines.length === 0) continue;
    print(`${lines.join("\n")}\n`);
    await printed();
  }
  print(`${[text.totals(), ...wordLines(words, logFormat)].join("\n")}\n`);
}

/**
 * `blob-copy status` of a set: a line for each copy that is pending or did not succeed, then the
 * count of each kind.
 */
class SetStatusText {
  readonly #counts = { done: 0, pending: 0, absent: 0, different: 0 };
  #bytesCopied = 0;
  #bytesTotal = 0;

  constructor(private readonly format: LogFormat) {}

  lines(reports: readonly BlobStatusReport[]): string[] {
    return reports.filter((report) => this.#count(report)).map((report) => this.#line(report));
  }

  totals(): string {
    const { done, pending, absent, different } = this.#counts;
    const bytes = { bytesCopied: this.#bytesCopied, bytesTotal: this.#bytesTotal };
    if (this.format === "json") return JSON.stringify({ event: "set-status", ...this.#counts, ...bytes });
    const progress = pending === 0 ? "" : ` (${formatBytes(bytes.bytesCopied)} of ${formatBytes(bytes.bytesTotal)})`;
    return `Set: ${formatCount(done)} as declared, ${formatCount(pending)} pending${progress}, ${formatCount(absent)} absent, ${formatCount(different)} different`;
  }

  /** Returns whether the blob gets a line of its own. */
  #count(report: BlobStatusReport): boolean {
    const isPending = report.copyStatus === "pending";
    if (isPending) {
      this.#counts.pending++;
      this.#bytesCopied += report.bytesCopied ?? 0;
      this.#bytesTotal += report.bytesTotal ?? 0;
    } else if (!report.exists) this.#counts.absent++;
    else if (report.isDone) this.#counts.done++;
    else this.#counts.different++;
    const hasFailed = !report.isDone && (report.copyStatus === "failed" || report.copyStatus === "aborted");
    return isPending || hasFailed;
  }

  #line(report: BlobStatusReport): string {
    return this.format === "json" ? JSON.stringify({ event: "copy-status", ...report }) : statusLine(report);
  }
}
