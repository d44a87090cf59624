import { ProgramEnvironment } from "../intent";
import { rememberGiven } from "../util/secrets/known-secrets";
import { redact } from "../util/secrets/redaction";
import { isSecretVariable } from "../util/secrets/secret-variables";

export type Redact = (text: string) => string;

/**
 * Learns the secrets that a run was given, and returns the shared redaction, which knows them from
 * then on.
 */
export function createRedact(environment: NodeJS.ProcessEnv, variablesOfIntent: readonly string[] = []): Redact {
  for (const [name, value] of Object.entries(environment)) {
    const isSecret = name.startsWith(ProgramEnvironment.SECRET_PREFIX) || isSecretVariable(name) || variablesOfIntent.includes(name);
    if (isSecret && value !== undefined) rememberParts(value);
  }
  return redact;
}

/** The parts of a connection string or SAS can appear alone, decoded or not. */
function rememberParts(value: string): void {
  const signature = /\bsig=([^&;]+)/i.exec(value)?.[1] ?? "";
  const parts = [value, value.trim(), /\bAccountKey=([^;]+)/i.exec(value)?.[1] ?? "", signature, decoded(signature)];
  parts.forEach(rememberGiven);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
