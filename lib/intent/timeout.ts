const MILLISECONDS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };
/** `2h30m`, `2 hours 30 minutes`, `1.5h`: numbers with units, the larger unit first. */
const PARTS =
  /^(?=\d)(?:(\d{1,5}(?:\.\d{1,3})?) ?(?:days?|d))?(?:,? ?(\d{1,5}(?:\.\d{1,3})?) ?(?:hours?|hrs?|h))?(?:,? ?(\d{1,6}(?:\.\d{1,3})?) ?(?:minutes?|mins?|m))?(?:,? ?(\d{1,8}(?:\.\d{1,3})?) ?(?:seconds?|secs?|s))?$/i;
/** A duration of ISO 8601. */
const DURATION =
  /^P(?=[\dT])(?:(\d{1,5}(?:\.\d{1,3})?)D)?(?:T(?=\d)(?:(\d{1,5}(?:\.\d{1,3})?)H)?(?:(\d{1,6}(?:\.\d{1,3})?)M)?(?:(\d{1,8}(?:\.\d{1,3})?)S)?)?$/;
/** Hours, minutes and seconds. Without the seconds, a text could also mean minutes and seconds. */
const CLOCK = /^()(\d{1,3}):([0-5]\d):([0-5]\d)$/;

/**
 * Returns the milliseconds of a time such as `2h30m`; undefined if the text is not a time, or is
 * ambiguous.
 */
export function timeoutMilliseconds(text: string | undefined): number | undefined {
  if (typeof text !== "string") return undefined;
  const trimmed = text.trim();
  const parts = PARTS.exec(trimmed) ?? DURATION.exec(trimmed) ?? CLOCK.exec(trimmed);
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part: string | undefined) => Number(part ?? 0));
  const of = (count: number | undefined, unit: string) => (count ?? 0) * (MILLISECONDS[unit] ?? 0);
  return Math.round(of(days, "d") + of(hours, "h") + of(minutes, "m") + of(seconds, "s"));
}
