import { isDeepStrictEqual } from "node:util";
import { ImmutabilityMode, type ShownOptions } from "../../intent";

/**
 * Whether a blob shows an option as it is declared. An option that is not declared may have any
 * value.
 */
export function isShownAsDeclared(name: keyof ShownOptions, declared: ShownOptions, shown: ShownOptions | undefined): boolean {
  return declared[name] === undefined || isDeepStrictEqual(comparable(declared[name]), comparable(shown?.[name]));
}

/**
 * The service does not show options that are off. It shows times to the second, in only one of the
 * forms in which they can be declared.
 */
function comparable(value: ShownOptions[keyof ShownOptions]): unknown {
  if (value === false) return undefined;
  if (typeof value !== "object") return value;
  return { ...value, mode: value.mode ?? ImmutabilityMode.UNLOCKED, until: Math.floor(Date.parse(value.until) / 1_000) };
}
