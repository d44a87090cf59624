import type { PlannedStep } from "../../engine/plan/planned-step";
import { PlanText } from "./plan";
import type { LogFormat } from "../../util/log-format";
import type { Print } from "../live/reporter";

/** Characters that are printed before they have to be taken. */
const CHUNK = 65_536;

/** Prints each step as it is known, then the totals. */
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
