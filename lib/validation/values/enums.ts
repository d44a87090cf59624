import { isOneName } from "../../../src/intent";
import type { Problems } from "../../framework/problems";
import { show } from "../../framework/tokens";

/** Checks declarations that were not type-checked. */
export function checkEnum(value: unknown, values: Readonly<Record<string, string>>, at: string, problems: Problems): void {
  if (value !== undefined && !Object.values(values).some((known) => known === value)) {
    const all = Object.values(values).join(", ");
    const meant = typeof value === "string" ? meantBy(value, values) : undefined;
    problems.add(`${at} ${show(value)} is not one of ${all}${meant === undefined ? "." : `; did you mean ${show(meant)}?`}`);
  }
}

/** Finds a value by the name of its constant, or in another case or spelling. */
function meantBy(value: string, values: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(values).find(([name, known]) => isOneName(name, value) || isOneName(known, value))?.[1];
}
