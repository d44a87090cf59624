import { readIntent } from "./read-intent";

/**
 * The names of the variables that hold the intent's secrets. Empty if the intent cannot be read,
 * which the guardian reports.
 */
export function variablesOfIntent(environment: NodeJS.ProcessEnv): string[] {
  try {
    return secretVariables(readIntent(environment));
  } catch {
    return [];
  }
}

export function secretVariables(json: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(json, (key, value: unknown) => {
    if (key === "variable" && typeof value === "string") found.push(value);
    return value;
  });
  return found;
}
