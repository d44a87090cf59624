import type { PlannedStep } from "../../engine/plan/planned-step";
import type { LogFormat } from "../../util/log-format";
import { methodName } from "../../util/method-name";
import type { Print } from "../live/reporter";
import { plainLine } from "../live/text-lines";
import { formatBytes, formatCount } from "../units";

/** Number of characters that are printed before waiting until they are taken. */
const CHUNK = 65_536;

/** Prints each step as soon as it is known, then the totals. */
export async function printPlan(
  steps: AsyncIterable<PlannedStep>,
  { print, printed, logFormat }: { readonly print: Print; readonly printed: () => Promise<unknown>; readonly logFormat: LogFormat },
): Promise<void> {
  const text = new PlanText(logFormat);
  let chunk = "";
  for await (const step of steps) {
    chunk += `${text.line(step)}\n`;
    if (chunk.length < CHUNK) continue;
    print(chunk);
    chunk = "";
    await printed();
  }
  print(`${chunk}${text.totals()}\n`);
}

/** `blob-copy plan`: a line for each destination, then the count of each kind. */
class PlanText {
  readonly #counts = { copy: 0, skip: 0, fail: 0, prune: 0 };
  #bytes = 0;

  constructor(private readonly format: LogFormat) {}

  line(step: PlannedStep): string {
    this.#counts[step.action]++;
    if (step.action === "copy") this.#bytes += step.bytes ?? 0;
    if (this.format === "json") return JSON.stringify({ event: "planned", ...step });
    const size = step.bytes === undefined ? "" : ` (${formatBytes(step.bytes)})`;
    const method = step.method === undefined ? "" : ` by ${methodName(step.method)}`;
    return plainLine(`${step.action.padEnd(5)} ${step.key}${size}${method}: ${step.why}`);
  }

  totals(): string {
    const { copy, skip, fail, prune } = this.#counts;
    if (this.format === "json") return JSON.stringify({ event: "plan-totals", ...this.#counts, bytes: this.#bytes });
    return `Plan: ${formatCount(copy)} to copy (${formatBytes(this.#bytes)}), ${formatCount(skip)} to skip, ${formatCount(fail)} would fail, ${formatCount(prune)} to prune`;
  }
}
