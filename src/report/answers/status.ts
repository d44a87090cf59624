import type { CopyStatusReport } from "../../engine/copies/status";
import type { LogFormat } from "../../util/log-format";
import { plainLine } from "../live/text-lines";
import { formatBytes } from "../units";

/** A message that an earlier run left about a destination. */
export interface EarlierWord {
  readonly at: string;
  readonly destination: string;
  readonly outcome: string;
  readonly text: string;
}

/** `blob-copy status`: one line per copy, then the messages of earlier runs. */
export function statusText(reports: readonly CopyStatusReport[], words: readonly EarlierWord[], format: LogFormat): string[] {
  const lines = format === "json" ? reports.map((report) => JSON.stringify({ event: "copy-status", ...report })) : reports.map(statusLine);
  return [...lines, ...wordLines(words, format)];
}

export function wordLines(words: readonly EarlierWord[], format: LogFormat): string[] {
  if (format === "json") return words.map((word) => JSON.stringify({ event: "last-word", ...word }));
  return words.map((word) => plainLine(`From an earlier run, ${word.at}: ${word.text}`));
}

/** Output of `blob-copy abort` when there was nothing to abort. */
export function nothingToAbortText(format: LogFormat): string {
  return format === "json" ? JSON.stringify({ event: "nothing-to-abort" }) : "No copy of this deployment is pending.";
}

export function statusLine(report: CopyStatusReport): string {
  return plainLine(stateText(report));
}

function stateText(report: CopyStatusReport): string {
  if (!report.exists) return `absent   ${report.destination}`;
  if (report.copyStatus === undefined || report.copyId === undefined)
    return `present  ${report.destination}, ${formatBytes(report.length ?? 0)}, etag ${report.etag}`;

  const { bytesCopied, bytesTotal } = report;
  const bytes =
    bytesTotal === undefined
      ? ""
      : bytesCopied === bytesTotal
        ? `, ${formatBytes(bytesTotal)}`
        : `, ${formatBytes(bytesCopied ?? 0)} of ${formatBytes(bytesTotal)}`;
  const reason = report.statusDescription === undefined ? "" : `, the service says: ${report.statusDescription}`;
  const source = report.fromDeclaredSource === false ? `, from another source: ${report.copySource}` : "";
  return `${report.copyStatus.padEnd(8)} ${report.destination}${bytes}, copy id ${report.copyId}${reason}${source}`;
}
