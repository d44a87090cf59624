import type { PlannedStep } from "../../engine/plan/planned-step";
import type { LogFormat } from "../../util/log-format";
import { methodName } from "../method-name";
import { formatCount } from "../set-counts";
import { plainLine } from "../live/text-lines";
import { formatBytes } from "../units";

/** `blob-copy plan`: a line for each destination, then how many there are of each kind. */
export class PlanText {
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
