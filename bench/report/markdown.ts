import type { ContenderResult, GoalResult, RowResult } from "../measure-row";
import { OURS, type Figure } from "../row";
import { least, median, most } from "../statistics";
import { asRatio, withUnit } from "./format";
import type { Machine } from "./machine";
import type { Results } from "./results";

/** The results as a page: a summary, then each row with all its figures. */
export function markdown(results: Results): string {
  const { rows, failed, machine, runs, isQuick } = results;
  return [
    "# Benchmark results",
    "",
    "Made by `npm run bench`; not to be edited. Medians; the ratio is to ours in the same row, so above 1x is slower (or more) than ours.",
    "",
    ...(isQuick ? ["**A quick run with small amounts: its figures say little.**", ""] : []),
    ...describe(machine, runs),
    "",
    "![Ratios to ours](chart.svg)",
    "",
    "## Summary",
    "",
    ...table(["work", "ours", "others", "goal"], rows.map(summaryOf)),
    "",
    ...failed.map(({ id, why }) => `**${id} could not be measured:** ${why.split("\n")[0] ?? ""}\n`),
    ...rows.flatMap(detailsOf),
  ].join("\n");
}

function describe(machine: Machine, runs: number): string[] {
  const { startedAt, minutes, system, processor, cores, memoryGigabytes, node, loadBefore, commit, peers } = machine;
  return [
    `* ${startedAt.slice(0, 16).replace("T", " ")} UTC, commit ${commit}, ${minutes.toFixed(0)} minutes, ${runs} interleaved runs (ours, peer, ours, peer, …) unless a row says otherwise`,
    `* ${cores} cores (${processor}), ${memoryGigabytes} GiB, ${system}, Node.js ${node}; load ${loadBefore.toFixed(1)} before the first run`,
    "* Client and service share the machine's cores. The service is the fake of the tests, in memory, in a process of its own: the ratios count, not the seconds, and nothing here says what Azure itself does.",
    `* ${peers.join("; ")}`,
  ];
}

function summaryOf({ title, figures, contenders, goals }: RowResult): string[] {
  const [figure] = figures;
  if (figure === undefined) return [title];
  const of = (contender: ContenderResult) => withUnit(median(contender.samples.map((sample) => sample[figure.key])), figure.unit);
  const others = contenders
    .filter(({ name }) => name !== OURS)
    .map((contender) => `${contender.name} ${of(contender)}${ratioOf(contender, contenders, figure, " (", ")")}`);
  return [title, ...contenders.filter(({ name }) => name === OURS).map(of), others.join("<br>"), goals.map(goalText).join("<br>")];
}

function goalText({ text, value, limit, unit, isMet }: GoalResult): string {
  const verdict = isMet === undefined ? "not measured" : isMet ? "met" : "**missed**";
  return `${text}: ${verdict}${isMet === undefined ? "" : ` (${withUnit(value, unit)} of ${withUnit(limit, unit)})`}`;
}

function detailsOf({ id, title, figures, contenders, goals, missing, notes }: RowResult): string[] {
  const [main] = figures;
  const lines = contenders.map((contender) => [
    contender.name,
    ...figures.map(({ key, unit }) => {
      const values = contender.samples.map((sample) => sample[key]);
      const [low, high] = [least(values), most(values)];
      return low === high ? withUnit(low, unit) : `${withUnit(median(values), unit)} (${withUnit(low, "")} to ${withUnit(high, "")})`;
    }),
    main === undefined ? "" : ratioOf(contender, contenders, main, "", ""),
    String(contender.samples.length),
    contender.does,
  ]);
  return [
    `## ${title}`,
    "",
    `\`npm run bench -- --only ${id}\``,
    "",
    ...table(["", ...figures.map(({ label }) => label), "ratio", "runs", "what is run"], lines),
    "",
    ...[...goals.map((goal) => `Goal: ${goalText(goal)}.`), ...missing.map((text) => `Missing: ${text}.`), ...notes].map(
      (text) => `* ${text}`,
    ),
    "",
  ];
}

/** Ratio to ours; empty for ours. */
function ratioOf(contender: ContenderResult, all: readonly ContenderResult[], { key }: Figure, before: string, after: string): string {
  const value = (one: ContenderResult | undefined) => median((one?.samples ?? []).map((sample) => sample[key]));
  const [theirs, ours] = [value(contender), value(all.find(({ name }) => name === OURS))];
  return contender.name === OURS || theirs === undefined || ours === undefined || ours <= 0
    ? ""
    : `${before}${asRatio(theirs / ours)}${after}`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [row(head), `|${head.map(() => " --- ").join("|")}|`, ...lines.map(row)];
}
