import { parseArgs } from "node:util";
import { rows } from "./rows";

export interface BenchOptions {
  /** Ids of the rows to measure, in their order. */
  readonly only: readonly string[];
  readonly runs: number;
  readonly isQuick: boolean;
  /** Folder for the results; undefined: they are only printed. */
  readonly out: string | undefined;
}

export const HELP = `Measures the program against its peers, on the fake service of the tests.

npm run bench [-- OPTIONS]

  --only ROW[,ROW]   only these rows, and print instead of writing bench/results:
                     ${rows.map(({ id }) => id).join(", ")}
  --runs N           runs of each contender (default 5)
  --quick            one run with small amounts, printed only
  --out FOLDER       write the results there
  --help
`;

const DEFAULT_RUNS = 5;

/**
 * Returns undefined when the user asks for help.
 *
 * @throws Error that explains a wrong argument
 */
export function parseOptions(args: readonly string[], resultsFolder: string): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", multiple: true },
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const known = rows.map(({ id }) => id);
  const wanted = values.only?.flatMap((list) => list.split(","));
  const unknown = wanted?.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}; the rows are ${known.join(", ")}.`);
  const runs = Number(values.runs ?? (values.quick ? 1 : DEFAULT_RUNS));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs is ${String(values.runs)}; it must be a whole number from 1.`);
  const isComplete = wanted === undefined && !values.quick;
  return {
    only: known.filter((id) => wanted?.includes(id) ?? true),
    runs,
    isQuick: values.quick,
    out: values.out ?? (isComplete ? resultsFolder : undefined),
  };
}
