import type { Attempt } from "./attempt";
import type { Kill } from "./scenario";

export interface Tried {
  readonly number: number;
  /** A method, or a kind of set. */
  readonly name: string;
  readonly kill: Kill | undefined;
  /** The drawn scenario in words. */
  readonly text: string;
  readonly attempt: Attempt;
}

/** Results of all tries as a table. */
export function figures(tried: readonly Tried[]): string {
  const rows: [string, readonly Tried[]][] = [
    ...[...new Set(tried.map(({ name }) => name))]
      .sort()
      .map((name): [string, Tried[]] => [name, tried.filter((one) => one.name === name)]),
    ["all", tried],
  ];
  const header = [
    "method",
    "tries",
    "rolled back",
    "completed",
    "left to next",
    "adopted",
    "wrong",
    "kill to abort",
    "worst",
    "kill to restored",
    "worst",
  ];
  const lines = rows.map(([name, some]) => [
    name,
    String(some.length),
    ...(["rolled back", "completed", "left to the next deploy"] as const).map((ending) =>
      String(some.filter(({ attempt }) => attempt.ending === ending).length),
    ),
    String(some.filter(({ attempt }) => attempt.adopted).length),
    String(some.filter(isWrong).length),
    ...medianAndWorst(some.flatMap(({ attempt }) => attempt.abortedAfter ?? [])),
    ...medianAndWorst(some.flatMap(({ attempt }) => attempt.restoredAfter ?? [])),
  ]);
  return [
    table([header, ...lines]),
    "",
    "From the kill of a deploy with a pending copy to the abort request at the service:",
    abortTimes(tried),
  ].join("\n");
}

export function isWrong({ attempt }: Tried): boolean {
  return attempt.problems.length > 0;
}

function abortTimes(tried: readonly Tried[]): string {
  const groups = new Map<string, number[]>();
  for (const { kill, attempt } of tried) {
    if (kill === undefined || attempt.abortedAfter === undefined) continue;
    const isCtrlC = kill.signal === "SIGINT" && kill.victim.startsWith("terraform");
    for (const name of [
      ...(isCtrlC ? ["Ctrl-C (SIGINT to Terraform, alone or with the launcher)"] : []),
      `${kill.signal} to ${kill.victim}`,
    ]) {
      groups.set(name, [...(groups.get(name) ?? []), attempt.abortedAfter]);
    }
  }
  const lines = [...groups]
    .sort()
    .map(([name, times]) => [name, String(times.length), milliseconds(median(times)), milliseconds(Math.max(...times))]);
  return table([["means", "tries", "median", "worst"], ...lines]);
}

function medianAndWorst(values: readonly number[]): [string, string] {
  return [milliseconds(median(values)), milliseconds(Math.max(...values))];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

function milliseconds(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(value < 100 ? 1 : 0)} ms` : "-";
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "),
    )
    .join("\n");
}
