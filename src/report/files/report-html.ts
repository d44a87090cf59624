import type { Causes } from "../../failure/causes";
import { formatBlobRate, formatBytes, formatCount, formatDuration, formatRate } from "../units";
import { latencyChart, throughputChart } from "./report-charts";
import type { ReportedBlob, ReportFigures } from "./report-figures";

/**
 * The report of a set as one self-contained HTML page, without scripts, fonts or pictures from
 * elsewhere.
 */
export function reportHtml(figures: ReportFigures, owner: string, state: "complete" | "not complete"): string {
  const { counts, bytesCopied, elapsedMilliseconds, startedAt } = figures;
  const seconds = Math.max(elapsedMilliseconds, 1) / 1000;
  const title = `Copy set ${owner}`;
  const facts: [string, string][] = [
    ["Copied", formatCount(counts.copied)],
    ["There already", formatCount(counts.skipped)],
    ["Failed", formatCount(counts.failed)],
    ["Pruned", formatCount(counts.pruned)],
    ...(counts["rolled-back"] > 0 ? ([["Rolled back", formatCount(counts["rolled-back"])]] as [string, string][]) : []),
    ["Bytes", formatBytes(bytesCopied)],
    ["Time", formatDuration(elapsedMilliseconds)],
    ["Rate", `${formatBlobRate(counts.copied / seconds)}, ${formatRate(bytesCopied / seconds)}`],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="${state === "complete" ? "good" : "bad"}">${state === "complete" ? "Complete" : "Not complete"}, started ${new Date(startedAt).toISOString()}</p>
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`).join("")}</dl>
${section("Throughput", "blobs a second", counts.copied > 0 ? throughputChart(figures.intervals, figures.intervalMilliseconds) : NOTHING)}
${section("Latency", "blobs by the time they took", counts.copied > 0 ? latencyChart(figures.latencies) : NOTHING)}
${section("Failed", counts.failed > 0 ? `${formatCount(counts.failed)} blobs, by cause` : "", counts.failed > 0 ? failedList(figures.causes) : "<p>None.</p>")}
${section("Slowest", "", figures.slowest.length > 0 ? slowestTable(figures.slowest) : NOTHING)}
</body>
</html>
`;
}

const NOTHING = "<p>Nothing was copied.</p>";

function section(name: string, note: string, content: string): string {
  return `<section><h2>${name}${note === "" ? "" : ` <small>${note}</small>`}</h2>${content}</section>`;
}

/** Not a table: names and causes are both long, and one would squeeze the other. */
function failedList({ list, others }: Causes): string {
  const causes = list.map((cause) => {
    const names = cause.names.map((name) => `<li>${escapeHtml(name)}</li>`).join("");
    const more = cause.count > cause.names.length ? `<li class="quiet">and ${formatCount(cause.count - cause.names.length)} more</li>` : "";
    const blobs = `${formatCount(cause.count)} ${cause.count === 1 ? "blob" : "blobs"}`;
    return `<article><h3>${blobs}</h3><p>${escapeHtml(cause.text)}</p><ul>${names}${more}</ul></article>`;
  });
  const rest = others > 0 ? `<p class="quiet">${formatCount(others)} more, for other causes.</p>` : "";
  return `${causes.join("")}${rest}`;
}

function slowestTable(blobs: readonly ReportedBlob[]): string {
  const rows = blobs.map(
    ({ key, milliseconds, bytes, method }) =>
      `<tr><td>${escapeHtml(key)}</td><td class="number">${formatDuration(milliseconds)}</td><td class="number">${formatBytes(bytes)}</td><td>${escapeHtml(method)}</td></tr>`,
  );
  return `<table><colgroup><col><col class="narrow"><col class="narrow"><col class="wide"></colgroup><thead><tr><th>Blob</th><th class="number">Time</th><th class="number">Size</th><th>Method</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --back: #ffffff; --fill: #0969da; --bad: #cf222e; --good: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --quiet: #9198a1; --line: #3d444d; --back: #0d1117; --fill: #4493f8; --bad: #f85149; --good: #3fb950; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; } small { color: var(--quiet); font-weight: normal; }
.good { color: var(--good); } .bad { color: var(--bad); }
dl { display: flex; flex-wrap: wrap; gap: 1.5rem; } dt { color: var(--quiet); font-size: 0.85rem; } dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; } svg.narrow { display: none; } svg text { fill: var(--quiet); font-size: 11px; } .grid { stroke: var(--line); } .area, .bar { fill: var(--fill); }
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 0.9rem; } th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
col.narrow { width: 5.5rem; } col.wide { width: 11rem; } .quiet { color: var(--quiet); }
article { border-top: 1px solid var(--line); padding: 0.5rem 0; } article h3 { font-size: 0.95rem; margin: 0.25rem 0; color: var(--bad); } article p { margin: 0.25rem 0; overflow-wrap: anywhere; } ul { margin: 0.25rem 0; padding-left: 1.25rem; font-size: 0.9rem; } li { overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: normal; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) {
  svg.wide { display: none; } svg.narrow { display: inline; width: 100%; } colgroup, thead { display: none; } table, tbody, tr, td { display: block; } tr { border-bottom: 1px solid var(--line); padding: 0.35rem 0; }
  td { border: 0; padding: 0; } td + td { display: inline-block; padding-right: 1rem; color: var(--quiet); text-align: left; }
}
`;
