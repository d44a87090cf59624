const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;
const OF_HTTP = /^[A-Z][a-z]{2}, (\d{1,2}) [A-Z][a-z]{2} \d{4} (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d GMT$/;

/** Follows the value in a message about a text that {@link timeOf} does not accept. */
export const NO_TIME = 'is not a time: use ISO 8601 with its time zone, such as "2027-01-31" or "2027-01-31T08:00:00Z", or RFC 1123';

/**
 * Reads a time in one of the forms that mean the same everywhere: ISO 8601 (a date means its
 * midnight in UTC) or RFC 1123.
 *
 * `Date.parse` accepts more, and differs between machines: a time without its zone, "1", the 30th
 * of February.
 *
 * @returns milliseconds since the epoch; undefined for another form or a day that does not exist
 */
export function timeOf(text: string): number | undefined {
  const time = Date.parse(text);
  const [, date] = ISO_8601.exec(text) ?? [];
  const day = date === undefined ? OF_HTTP.exec(text)?.[1] : date.slice(8);
  // `Date` moves a day that does not exist into the next month.
  const isDay = Number(day) === new Date(date ?? time).getUTCDate();
  return Number.isNaN(time) || !isDay ? undefined : time;
}

/** Whether a text has the form in which the service returns snapshots and versions. */
export function isServiceTimeStamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/.test(text) && timeOf(text) !== undefined;
}
