import { formatCount, formatDuration } from "../units";
import { LATENCY_BOUNDS } from "./latency-bounds";
import type { Interval } from "./report-figures";

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 64;
const BOTTOM = 34;
const TOP = 10;
const PLOT_WIDTH = WIDTH - LEFT - 10;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

/** Blobs a second over the time of the run, as an area. */
export function throughputChart(intervals: readonly Interval[], intervalMilliseconds: number): string {
  const rates = intervals.map(({ blobs }) => (blobs * 1000) / intervalMilliseconds);
  const most = niceCeiling(Math.max(1, ...rates));
  const step = PLOT_WIDTH / Math.max(1, rates.length);
  const points = rates.flatMap((rate, index) => {
    const y = (TOP + PLOT_HEIGHT * (1 - rate / most)).toFixed(1);
    return [`${(LEFT + index * step).toFixed(1)},${y}`, `${(LEFT + (index + 1) * step).toFixed(1)},${y}`];
  });
  const base = TOP + PLOT_HEIGHT;
  const area = `<polygon class="area" points="${LEFT},${base} ${points.join(" ")} ${LEFT + PLOT_WIDTH},${base}"/>`;
  const end = formatDuration(rates.length * intervalMilliseconds);
  const times = `${label(LEFT, HEIGHT - 12, "0 s", "start")}${label(LEFT + PLOT_WIDTH, HEIGHT - 12, end, "end")}`;
  return chart("Blobs a second over time", `${grid(most)}${area}${times}`);
}

/** How long blobs took, as bars on a scale that grows. */
export function latencyChart(latencies: readonly number[]): string {
  const first = latencies.findIndex((count) => count > 0);
  const last = latencies.reduce((latest, count, index) => (count > 0 ? index : latest), -1);
  const shown = latencies.slice(Math.max(first, 0), last + 1);
  const most = niceCeiling(Math.max(1, ...shown));
  const step = PLOT_WIDTH / Math.max(1, shown.length);
  const bars = shown.map((count, index) => {
    const height = (PLOT_HEIGHT * count) / most;
    const x = LEFT + index * step;
    const bound = LATENCY_BOUNDS[first + index];
    const name = bound === undefined ? `> ${shortTime(LATENCY_BOUNDS.at(-1) ?? 0)}` : `≤ ${shortTime(bound)}`;
    const title = `<title>${name}: ${formatCount(count)} blobs</title>`;
    const bar = `<rect class="bar" x="${(x + 2).toFixed(1)}" y="${(TOP + PLOT_HEIGHT - height).toFixed(1)}" width="${Math.max(1, step - 4).toFixed(1)}" height="${height.toFixed(1)}">${title}</rect>`;
    return `${bar}${label(x + step / 2, HEIGHT - 12, name, "middle")}`;
  });
  return chart("How long the blobs took", `${grid(most)}${bars.join("")}`);
}

function chart(name: string, content: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}">${content}</svg>`;
}

function grid(most: number): string {
  const lines = [0, 0.5, 1].map((fraction) => {
    const y = TOP + PLOT_HEIGHT * (1 - fraction);
    return `<line class="grid" x1="${LEFT}" x2="${LEFT + PLOT_WIDTH}" y1="${y}" y2="${y}"/>${label(LEFT - 8, y + 4, formatCount(most * fraction), "end")}`;
  });
  return lines.join("");
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
}

/** The next 2, 4 or 10 with zeros behind it: even, so that its half is a whole number. */
function niceCeiling(value: number): number {
  for (let power = 1; ; power *= 10) for (const factor of [2, 4, 10]) if (factor * power >= value) return factor * power;
}

function shortTime(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds} ms`;
  return milliseconds < 60_000 ? `${milliseconds / 1_000} s` : `${milliseconds / 60_000} min`;
}
