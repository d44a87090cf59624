import type { PlannedStep } from "../engine/planned-step";
import { PlanText } from "../report/plan-text";
import type { LogFormat } from "../report/log-format";
import type { Print } from "../report/reporter";

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
