import { readIntent } from "./read-intent";

/** Where the intent's secrets are: the names of their variables. None where the intent cannot be read, which the guardian tells. */
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
