import { formatCount, formatDuration } from "../units";
import { LATENCY_BOUNDS } from "./latency-bounds";
import type { Interval } from "./report-figures";

/** For a wide and a narrow window: a single drawing that shrinks would have illegible letters. */
const WIDTHS = { wide: 720, narrow: 360 };
const HEIGHT = 180;
const LEFT = 64;
const BOTTOM = 34;
const TOP = 10;
const RIGHT = 10;
/** Width of a label's letter; some letters are narrower. */
const LETTER = 6;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

/** Blobs per second over the time of the run, as an area. */
export function throughputChart(intervals: readonly Interval[], intervalMilliseconds: number): string {
  const rates = intervals.map(({ blobs }) => (blobs * 1000) / intervalMilliseconds);
  const most = niceCeiling(Math.max(1, ...rates));
  const base = TOP + PLOT_HEIGHT;
  const end = formatDuration(rates.length * intervalMilliseconds);
  return charts("Blobs a second over time", most, (width) => {
    const step = width / Math.max(1, rates.length);
    const points = rates.flatMap((rate, index) => {
      const y = (TOP + PLOT_HEIGHT * (1 - rate / most)).toFixed(1);
      return [`${(LEFT + index * step).toFixed(1)},${y}`, `${(LEFT + (index + 1) * step).toFixed(1)},${y}`];
    });
    const area = `<polygon class="area" points="${LEFT},${base} ${points.join(" ")} ${LEFT + width},${base}"/>`;
    return `${area}${label(LEFT, HEIGHT - 12, "0 s", "start")}${label(LEFT + width, HEIGHT - 12, end, "end")}`;
  });
}

/** How long the blobs took, as bars on a growing scale. */
export function latencyChart(latencies: readonly number[]): string {
  const first = latencies.findIndex((count) => count > 0);
  const last = latencies.reduce((latest, count, index) => (count > 0 ? index : latest), -1);
  const shown = latencies.slice(Math.max(first, 0), last + 1).map((count, index) => {
    const bound = LATENCY_BOUNDS[first + index];
    return { count, name: bound === undefined ? `> ${shortTime(LATENCY_BOUNDS.at(-1) ?? 0)}` : `≤ ${shortTime(bound)}` };
  });
  const most = niceCeiling(Math.max(1, ...shown.map(({ count }) => count)));
  const widest = LETTER * (1 + Math.max(0, ...shown.map(({ name }) => name.length)));
  return charts("How long the blobs took", most, (width) => {
    const step = width / Math.max(1, shown.length);
    const every = Math.ceil(widest / step);
    const bars = shown.map(({ count, name }, index) => {
      const height = (PLOT_HEIGHT * count) / most;
      const x = LEFT + index * step;
      const title = `<title>${name}: ${formatCount(count)} blobs</title>`;
      const bar = `<rect class="bar" x="${(x + 2).toFixed(1)}" y="${(TOP + PLOT_HEIGHT - height).toFixed(1)}" width="${Math.max(1, step - 4).toFixed(1)}" height="${height.toFixed(1)}">${title}</rect>`;
      return `${bar}${index % every === 0 ? label(x + step / 2, HEIGHT - 12, name, "middle") : ""}`;
    });
    return bars.join("");
  });
}

/** @param draw returns the content between the axes for a given width */
function charts(name: string, most: number, draw: (width: number) => string): string {
  return Object.entries(WIDTHS)
    .map(([window, width]) => {
      const plot = width - LEFT - RIGHT;
      return `<svg class="${window}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${name}">${grid(most, plot)}${draw(plot)}</svg>`;
    })
    .join("");
}

function grid(most: number, width: number): string {
  const lines = [0, 0.5, 1].map((fraction) => {
    const y = TOP + PLOT_HEIGHT * (1 - fraction);
    return `<line class="grid" x1="${LEFT}" x2="${LEFT + width}" y1="${y}" y2="${y}"/>${label(LEFT - 8, y + 4, formatCount(most * fraction), "end")}`;
  });
  return lines.join("");
}

function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
}

/** The next 2, 4 or 10 with zeros after it. It is even, so that its half is a whole number. */
function niceCeiling(value: number): number {
  for (let power = 1; ; power *= 10) for (const factor of [2, 4, 10]) if (factor * power >= value) return factor * power;
}

function shortTime(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds} ms`;
  return milliseconds < 60_000 ? `${milliseconds / 1_000} s` : `${milliseconds / 60_000} min`;
}
