const FORM = /^\s*(\d{1,9}(?:\.\d{1,3})?) ?(B|[kK]B|MB|GB|TB|KiB|MiB|GiB|TiB)(?:\/s|\/sec|\/second|ps)\s*$/;
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/**
 * Returns the bytes per second of a rate such as `200MB/s`; undefined if the text is not a rate.
 */
export function bytesPerSecond(text: string | undefined): number | undefined {
  const [, number, unit] = (typeof text === "string" && FORM.exec(text)) || [];
  const bytes = Math.round(Number(number) * (BYTES[unit?.toUpperCase() ?? ""] ?? 0));
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
