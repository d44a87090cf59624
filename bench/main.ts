import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measureRow, type RowResult } from "./measure-row";
import { HELP, parseOptions, type BenchOptions } from "./options";
import { findPeers } from "./peers/find-peers";
import { chart } from "./report/chart";
import { lookAtMachine } from "./report/machine";
import { markdown } from "./report/markdown";
import type { Results } from "./report/results";
import { rows } from "./rows";
import { Workshop } from "./workshop";

const RESULTS_FOLDER = join(__dirname, "results");

const say = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), RESULTS_FOLDER);
  if (options === undefined) return void process.stdout.write(HELP);
  const results = await measure(options);
  process.stdout.write(`${markdown(results)}\n`);
  if (options.out !== undefined) write(results, options.out);
  if (results.failed.length > 0) process.exitCode = 1;
}

async function measure({ only, runs, isQuick }: BenchOptions): Promise<Results> {
  const startedAt = performance.now();
  const peers = findPeers();
  const machine = lookAtMachine(peers);
  const measured: RowResult[] = [];
  const failed: { id: string; why: string }[] = [];
  const workshop = await Workshop.open();
  for (const row of rows.filter(({ id }) => only.includes(id))) {
    try {
      measured.push(await measureRow(row, { workshop, peers, isQuick }, row.runs ?? runs, say));
    } catch (error) {
      // When one row fails, keep the figures of the others.
      failed.push({ id: row.id, why: error instanceof Error ? error.message : String(error) });
      say(`${row.id} FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return { machine: { ...machine, minutes: (performance.now() - startedAt) / 60_000 }, isQuick, runs, rows: measured, failed };
}

function write(results: Results, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "README.md"), markdown(results));
  writeFileSync(join(folder, "chart.svg"), chart(results));
}

// So that the handlers of "exit" run.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
main().catch((error: unknown) => {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
