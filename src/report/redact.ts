import { ProgramEnvironment } from "../intent";
import { HIDDEN, redact } from "../util/redaction";

export type Redact = (text: string) => string;

/** Variables that hold secrets by their public names, whatever the intent says. */
const SECRET_VARIABLES = [
  "AZURE_CLIENT_SECRET",
  "AZURE_CLIENT_CERTIFICATE_PASSWORD",
  "AZURE_PASSWORD",
  "AZURE_STORAGE_ACCOUNT_KEY",
  "AZURE_STORAGE_KEY",
  "AZURE_STORAGE_SAS_TOKEN",
  "AZURE_STORAGE_CONNECTION_STRING",
  "ARM_CLIENT_SECRET",
  "ARM_ACCESS_KEY",
  "ARM_SAS_TOKEN",
];

/** Shorter values would take ordinary words out of every message. */
const MIN_SECRET = 8;

/**
 * The last defence before anything is printed: takes queries, signatures, keys and tokens out of any text, and the very
 * values of the secrets that this run was given. Leaves JSON valid.
 */
export function createRedact(environment: NodeJS.ProcessEnv, variablesOfIntent: readonly string[] = []): Redact {
  const values = secretValues(environment, variablesOfIntent);
  return (text) => {
    let shown = text;
    for (const value of values) shown = shown.replaceAll(value, HIDDEN);
    return redact(shown);
  };
}

function secretValues(environment: NodeJS.ProcessEnv, variablesOfIntent: readonly string[]): string[] {
  const found = new Set<string>();
  const add = (value: string | undefined) => {
    if (value === undefined || value.length < MIN_SECRET) return;
    found.add(value).add(encodeURIComponent(value)).add(JSON.stringify(value).slice(1, -1));
  };
  for (const [name, value] of Object.entries(environment)) {
    const isSecret =
      name.startsWith(ProgramEnvironment.SECRET_PREFIX) || SECRET_VARIABLES.includes(name) || variablesOfIntent.includes(name);
    if (!isSecret || value === undefined) continue;
    add(value);
    // The parts of a connection string or SAS turn up alone, decoded or not.
    add(/\bAccountKey=([^;]+)/i.exec(value)?.[1]);
    const signature = /\bsig=([^&;]+)/i.exec(value)?.[1];
    add(signature);
    add(decoded(signature));
  }
  // Longest first, so that no part of a longer secret is left over.
  return [...found].sort((one, other) => other.length - one.length);
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
