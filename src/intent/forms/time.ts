const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_AND_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))$/;
const OF_HTTP = /^[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** What follows the value in a message about a text that {@link timeOf} does not take. */
export const NO_TIME = 'is not a time: use ISO 8601 with its time zone, such as "2027-01-31" or "2027-01-31T08:00:00Z", or RFC 1123';

/**
 * A time in one of the forms that mean the same everywhere: ISO 8601 (a date is its midnight in UTC) or RFC 1123.
 *
 * `Date.parse` takes more, and not the same on each machine: a time without its zone, "1", the 30th of February.
 *
 * @returns milliseconds since the epoch; undefined where it is none of these, or no such day
 */
export function timeOf(text: string): number | undefined {
  const [, day = "", month = "", year, clock] = OF_HTTP.exec(text) ?? [];
  if (year !== undefined) {
    const number = String(MONTHS.indexOf(month) + 1).padStart(2, "0");
    return timeOf(`${year}-${number}-${day.padStart(2, "0")}T${clock ?? ""}Z`);
  }
  const [, date, hours = "", minutes = "", seconds = "0", fraction = "0", sign, zoneHours = "0", zoneMinutes = "0"] =
    DATE_AND_TIME.exec(text) ?? [];
  if (date === undefined) return midnightOf(text);
  const midnight = midnightOf(date);
  const isClock = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60 && Number(zoneHours) < 24 && Number(zoneMinutes) < 60;
  if (midnight === undefined || !isClock) return undefined;
  const zone = (sign === "-" ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  const milliseconds = Math.floor(Number(`0.${fraction}`) * 1_000);
  return midnight + ((Number(hours) * 60 + Number(minutes) - zone) * 60 + Number(seconds)) * 1_000 + milliseconds;
}

function midnightOf(date: string): number | undefined {
  const [, year, month, day] = DATE.exec(date)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // Date goes on counting in the next month.
  return midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day && midnight.getUTCFullYear() === year
    ? midnight.getTime()
    : undefined;
}
