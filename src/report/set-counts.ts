import type { CopyEvent, SetCounts } from "../engine/ports/events";
import { namesOf } from "../failure/causes";
import { formatBlobRate, formatBytes, formatCount, formatDuration, formatPercent, formatRate } from "./units";

/** 0 to 1 of all blobs; undefined while the source is still being listed. */
export function setFraction({ totalIsKnown, total, ...counts }: SetCounts): number | undefined {
  if (!totalIsKnown) return undefined;
  return total === 0 ? 1 : Math.min(1, doneOf(counts) / total);
}

/**
 * `Copying: 12,000 of 20,000 blobs (60 %), 3 failed, 11,000 there already, 1.2 GiB, 140 MiB/s,
 * 900 blobs/s, 8.9 s left`
 */
export function setLine(counts: SetCounts): string {
  const { copied, skipped, failed, staged, total, totalIsKnown, bytesCopied, elapsedMilliseconds } = counts;
  const done = doneOf(counts);
  const percent = totalIsKnown ? ` (${formatPercent(done, total)})` : "";
  const parts = [`Copying: ${formatCount(done)} of ${totalIsKnown ? formatBlobs(total) : `${formatCount(total)} or more blobs`}${percent}`];
  if (failed > 0) parts.push(`${formatCount(failed)} failed`);
  if (staged > copied) parts.push(`${formatCount(staged)} staged`);
  if (skipped > 0) parts.push(`${formatCount(skipped)} there already`);
  parts.push(formatBytes(bytesCopied));
  if (elapsedMilliseconds >= 1000 && copied > 0) {
    parts.push(formatRate((bytesCopied * 1000) / elapsedMilliseconds), formatBlobRate((copied * 1000) / elapsedMilliseconds));
  }
  // Skipped blobs take no time, so the estimate for the rest uses the rate of the copied ones.
  const left = total - done;
  if (totalIsKnown && left > 0 && copied > 0) parts.push(`${formatDuration((left * elapsedMilliseconds) / (copied + failed))} left`);
  return parts.join(", ");
}

export function setCompletionText(event: Extract<CopyEvent, { type: "set-completed" }>): string {
  const { copied, skipped, pruned, bytesCopied, elapsedMilliseconds } = event;
  const rate = elapsedMilliseconds >= 1000 && copied > 0 ? `, ${formatBlobRate((copied * 1000) / elapsedMilliseconds)}` : "";
  const others = [
    skipped > 0 ? `, ${formatCount(skipped)} ${skipped === 1 ? "was" : "were"} there already` : "",
    pruned > 0 ? `, ${formatCount(pruned)} pruned` : "",
  ].join("");
  return `Copied ${formatBlobs(copied)} (${formatBytes(bytesCopied)}) in ${formatDuration(elapsedMilliseconds)}${rate}${others}`;
}

/** Each cause once, with its remedy and the number of blobs that it kept from being copied. */
export function setFailuresText({ failed, causes }: Extract<CopyEvent, { type: "set-failures" }>): string[] {
  const lines = causes.flatMap((cause) =>
    cause.count === 1
      ? [`Not copied: ${namesOf(cause)}: ${cause.text}`]
      : [`Not copied, ${formatCount(cause.count)} blobs: ${cause.text}`, `  ${namesOf(cause)}`],
  );
  const others = failed - causes.reduce((sum, { count }) => sum + count, 0);
  return others > 0 ? [...lines, `Not copied: ${formatCount(others)} more`] : lines;
}

function doneOf({ copied, skipped, failed }: Pick<SetCounts, "copied" | "skipped" | "failed">): number {
  return copied + skipped + failed;
}

/** `1 blob`, `1,234,567 blobs` */
export function formatBlobs(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "blob" : "blobs"}`;
}
