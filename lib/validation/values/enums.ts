import type { Problems } from "../../framework/problems";
import { show } from "../../framework/tokens";

/** For declarations that no compiler has seen. */
export function checkEnum(value: unknown, values: Readonly<Record<string, string>>, at: string, problems: Problems): void {
  if (value !== undefined && !Object.values(values).some((known) => known === value)) {
    problems.add(`${at} ${show(value)} is not one of ${Object.values(values).join(", ")}.`);
  }
}
