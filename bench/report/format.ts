import type { Figure } from "../row";

const SIGNIFICANT_DIGITS = 3;

/** Three significant digits and the unit. */
export function withUnit(value: number | undefined, unit: Figure["unit"]): string {
  if (value === undefined) return "–";
  const digits = Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
  return unit === "" ? digits : `${digits} ${unit}`;
}

/** A factor, such as `0.41x`, `13x`. */
export function asRatio(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(ratio < 1 ? 2 : SIGNIFICANT_DIGITS - 1)}x`;
}
