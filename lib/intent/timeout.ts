const FORM = /^(?=\d)(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?$/;

/** Milliseconds of a time such as `2h30m`; undefined when it is none. */
export function timeoutMilliseconds(text: string | undefined): number | undefined {
  const parts = typeof text === "string" ? FORM.exec(text) : null;
  if (parts === null) return undefined;
  const [, hours, minutes, seconds] = parts;
  return Number(hours ?? 0) * 3_600_000 + Number(minutes ?? 0) * 60_000 + Number(seconds ?? 0) * 1_000;
}
