import { GuardianEnvironment } from "../process/environment";
import { readIntent } from "../process/read-intent";
import { createRedact, type Redact } from "../report/redact";

/** Where the intent's secrets are, so that their values can be kept out of what is printed. */
export function secretVariables(json: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(json, (key, value: unknown) => {
    if (key === "variable" && typeof value === "string") found.push(value);
    return value;
  });
  return found;
}

/**
 * For what a guardian prints beside its messages. It is made when there is something to print: most
 * launchers never need it, and none should wait for it.
 */
export function redactionOnDemand(environment: NodeJS.ProcessEnv, intentFile: string | undefined): Redact {
  let redact: Redact | undefined;
  return (text) => {
    redact ??= createRedact(environment, variablesOfIntent({ ...environment, [GuardianEnvironment.INTENT_FILE]: intentFile }));
    return redact(text);
  };
}

function variablesOfIntent(environment: NodeJS.ProcessEnv): string[] {
  try {
    return secretVariables(readIntent(environment));
  } catch {
    // The guardian says what is wrong with it.
    return [];
  }
}
