import type { Problems } from "../../framework/problems";
import { show } from "../../framework/tokens";

const FORM = /^(?=\d)(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?$/;
const MINIMUM_MILLISECONDS = 1_000;
/** The service fails a copy that is pending longer than this. */
const MAXIMUM_MILLISECONDS = 14 * 24 * 3_600_000;

/** Milliseconds of a time such as `2h30m`; undefined when it is none. */
export function timeoutMilliseconds(text: string | undefined): number | undefined {
  const parts = typeof text === "string" ? FORM.exec(text) : null;
  if (parts === null) return undefined;
  const [, hours, minutes, seconds] = parts;
  return Number(hours ?? 0) * 3_600_000 + Number(minutes ?? 0) * 60_000 + Number(seconds ?? 0) * 1_000;
}

export function checkTimeout(text: string | undefined, problems: Problems): void {
  if (text === undefined) return;
  const milliseconds = timeoutMilliseconds(text);
  if (milliseconds === undefined) {
    problems.add(`timeout ${show(text)} is not a time: write hours, minutes and seconds known at synth, such as "1h", "2h30m" or "90s".`);
  } else if (milliseconds < MINIMUM_MILLISECONDS || milliseconds > MAXIMUM_MILLISECONDS) {
    problems.add(
      `timeout ${show(text)} is out of range: at least "1s", at most "336h" (14 days, after which the service gives a pending copy up).`,
    );
  }
}
