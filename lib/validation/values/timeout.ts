import type { Problems } from "../../framework/problems";
import { show } from "../../framework/tokens";
import { timeoutMilliseconds } from "../../intent/timeout";

const MIN_MILLISECONDS = 1_000;
/** The service fails a copy that is pending longer than this. */
const MAX_MILLISECONDS = 14 * 24 * 3_600_000;

export function checkTimeout(text: string | undefined, problems: Problems): void {
  if (text === undefined) return;
  const milliseconds = timeoutMilliseconds(text);
  if (milliseconds === undefined) {
    problems.add(`timeout ${show(text)} is not a time: write hours, minutes and seconds known at synth, such as "1h", "2h30m" or "90s".`);
  } else if (milliseconds < MIN_MILLISECONDS || milliseconds > MAX_MILLISECONDS) {
    problems.add(
      `timeout ${show(text)} is out of range: at least "1s", at most "336h" (14 days, after which the service gives a pending copy up).`,
    );
  }
}
