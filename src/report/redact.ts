import { ProgramEnvironment } from "../intent";
import { rememberGiven } from "../util/known-secrets";
import { redact } from "../util/redaction";

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
  "ARM_CLIENT_CERTIFICATE",
  "ARM_CLIENT_CERTIFICATE_PASSWORD",
  "ARM_OIDC_TOKEN",
  "ARM_OIDC_REQUEST_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "SYSTEM_ACCESSTOKEN",
  "IDENTITY_HEADER",
  "MSI_SECRET",
];

/** Learns the secrets that a run was given, and returns the one redaction, which from now on knows them. */
export function createRedact(environment: NodeJS.ProcessEnv, variablesOfIntent: readonly string[] = []): Redact {
  for (const [name, value] of Object.entries(environment)) {
    const isSecret =
      name.startsWith(ProgramEnvironment.SECRET_PREFIX) || SECRET_VARIABLES.includes(name) || variablesOfIntent.includes(name);
    if (isSecret && value !== undefined) rememberParts(value);
  }
  return redact;
}

/** The parts of a connection string or SAS turn up alone, decoded or not. */
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
