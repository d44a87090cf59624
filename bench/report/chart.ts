import type { RowResult } from "../measure-row";
import { OURS } from "../row";
import { median } from "../statistics";
import { asRatio, withUnit } from "./format";
import type { Results } from "./results";

const WIDTH = 960;
const LABEL_WIDTH = 250;
const VALUE_WIDTH = 150;
const BAR_HEIGHT = 18;
const LINE_HEIGHT = 26;
const TITLE_HEIGHT = 40;
const HEAD_HEIGHT = 84;
const GRID = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250];
const COLOURS = { ours: "#0b61a4", slower: "#c2571a", faster: "#5b7f3b", text: "#1c1e21", faint: "#6b7280", grid: "#e3e6ea" };

interface Bar {
  readonly name: string;
  readonly ratio: number;
  readonly value: string;
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/**
 * Draws the ratios to ours as bars that start at 1, on a logarithmic scale: slower than ours to the
 * right, faster to the left.
 */
export function chart({ rows, machine }: Results): string {
  const panels = rows
    .filter(({ isDrawn }) => isDrawn)
    .map(panelOf)
    .filter(({ bars }) => bars.length > 1);
  const ratios = panels.flatMap(({ bars }) => bars.map(({ ratio }) => ratio));
  const low = GRID.filter((value) => value <= Math.min(...ratios, 0.5)).at(-1) ?? 0.1;
  const high = GRID.find((value) => value >= Math.max(...ratios, 2)) ?? 250;
  const x = (ratio: number) => {
    const share = Math.log(ratio / low) / Math.log(high / low);
    return LABEL_WIDTH + share * (WIDTH - LABEL_WIDTH - VALUE_WIDTH);
  };
  const height = HEAD_HEIGHT + panels.reduce((sum, { bars }) => sum + TITLE_HEIGHT + bars.length * LINE_HEIGHT, 0) + 44;
  const parts: string[] = [];
  for (const value of GRID.filter((one) => one >= low && one <= high)) {
    const at = x(value).toFixed(1);
    const colour = value === 1 ? COLOURS.ours : COLOURS.grid;
    parts.push(`<line x1="${at}" y1="${HEAD_HEIGHT}" x2="${at}" y2="${height - 34}" stroke="${colour}"/>`);
    parts.push(text(x(value), HEAD_HEIGHT - 8, `${value}x`, { anchor: "middle", colour: COLOURS.faint, size: 12 }));
  }
  let y = HEAD_HEIGHT;
  for (const { title, bars } of panels) {
    parts.push(text(16, y + TITLE_HEIGHT - 12, title, { weight: 600, size: 14, halo: true }));
    y += TITLE_HEIGHT;
    for (const bar of bars) {
      parts.push(...barOf(bar, x, y));
      y += LINE_HEIGHT;
    }
  }
  const where = `${machine.cores} cores shared by client and service, Node.js ${machine.node}, ${machine.startedAt.slice(0, 10)}. Medians against the tests' fake service.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" role="img">`,
    "<title>Times of other tools as ratios to ours</title>",
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>`,
    text(16, 28, "Time as a multiple of ours", { weight: 700, size: 18 }),
    text(16, 48, "Bars to the right are slower than ours, to the left faster; logarithmic scale.", { colour: COLOURS.faint, size: 13 }),
    ...parts,
    text(16, height - 12, where, { colour: COLOURS.faint, size: 12 }),
    "</svg>",
    "",
  ].join("\n");
}

function panelOf({ title, figures, contenders }: RowResult): Panel {
  const [figure] = figures;
  const medians = contenders.map(({ name, samples }) => ({ name, value: median(samples.map((sample) => sample[figure?.key ?? ""])) }));
  const ours = medians.find(({ name }) => name === OURS)?.value;
  const bars: Bar[] = [];
  for (const { name, value } of medians) {
    if (value === undefined || ours === undefined || value <= 0 || ours <= 0) continue;
    bars.push({ name, ratio: value / ours, value: withUnit(value, figure?.unit ?? "") });
  }
  return { title, bars };
}

function barOf({ name, ratio, value }: Bar, x: (ratio: number) => number, y: number): string[] {
  const middle = y + BAR_HEIGHT / 2 + 4.5;
  const colour = name === OURS ? COLOURS.ours : ratio > 1 ? COLOURS.slower : COLOURS.faster;
  const left = Math.min(x(1), x(ratio));
  const width = Math.max(name === OURS ? 4 : 2, Math.abs(x(ratio) - x(1)));
  return [
    text(LABEL_WIDTH - 14, middle, name, { anchor: "end", size: 13, weight: name === OURS ? 600 : 400 }),
    `<rect x="${(name === OURS ? left - 2 : left).toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${colour}"/>`,
    text(Math.max(x(1), x(ratio)) + 8, middle, name === OURS ? value : `${asRatio(ratio)}  (${value})`, { size: 13, halo: true }),
  ];
}

interface TextOptions {
  readonly size: number;
  readonly anchor?: "middle" | "end";
  readonly weight?: number;
  readonly colour?: string;
  /** Keeps the text readable over a grid line. */
  readonly halo?: boolean;
}

function text(x: number, y: number, content: string, { size, anchor, weight, colour = COLOURS.text, halo = false }: TextOptions): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const attributes = [
    anchor === undefined ? "" : ` text-anchor="${anchor}"`,
    weight === undefined ? "" : ` font-weight="${weight}"`,
    halo ? ' paint-order="stroke" stroke="#ffffff" stroke-width="4"' : "",
  ].join("");
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" fill="${colour}"${attributes}>${escaped}</text>`;
}
