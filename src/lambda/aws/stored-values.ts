import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { asked, MAX_ATTEMPTS } from "./client";
import { loadSecretsManager, loadSystemsManager } from "./load-clients";

/**
 * `secretsmanager:<ARN>#<field>`, where the field of a JSON secret may be absent, or `ssm:<name>`.
 */
const REFERENCE = /^(secretsmanager|ssm):([^#]+)(?:#(.+))?$/;

/**
 * Fetches a secret (GetSecretValue) or a parameter (GetParameter) by its reference in an intent.
 *
 * @throws CopyFailure
 */
export async function storedValue(reference: string): Promise<string> {
  const [, store, id = "", field] = REFERENCE.exec(reference) ?? [];
  if (store === undefined) throw unusable(reference, "it is not a reference to a secret or a parameter", "correct the declaration");
  const value = await fetchValue(store === "ssm" ? parameter : secret, id, reference);
  return field === undefined ? value : fieldOf(value, field, reference);
}

async function fetchValue(fetch: (id: string) => Promise<string | undefined>, id: string, reference: string): Promise<string> {
  try {
    const value = await asked(`${reference} cannot be read at the moment`, () => fetch(id));
    if (value !== undefined && value !== "") return value;
  } catch (error) {
    if (error instanceof CopyFailure) throw error;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw unusable(reference, reason, "check that it exists, and that the function's role may read and decrypt it");
  }
  throw unusable(reference, "it holds no text", "store the value as text");
}

async function secret(id: string): Promise<string | undefined> {
  const { GetSecretValueCommand, SecretsManagerClient } = loadSecretsManager();
  const client = new SecretsManagerClient({ maxAttempts: MAX_ATTEMPTS });
  return (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
}

async function parameter(name: string): Promise<string | undefined> {
  const { GetParameterCommand, SSMClient } = loadSystemsManager();
  const client = new SSMClient({ maxAttempts: MAX_ATTEMPTS });
  return (await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }))).Parameter?.Value;
}

function fieldOf(value: string, field: string, reference: string): string {
  try {
    const json: unknown = JSON.parse(value);
    const found: unknown = typeof json === "object" && json !== null ? Reflect.get(json, field) : undefined;
    if (typeof found === "string" && found !== "") return found;
  } catch {
    throw unusable(reference, "it is not JSON, so it has no fields", "leave field out, or store JSON");
  }
  throw unusable(reference, `it has no field ${field} that is text`, "correct the name of the field");
}

function unusable(reference: string, why: string, remedy: string): CopyFailure {
  return new CopyFailure({ exitCode: ExitCode.NOT_AUTHORISED, what: `${reference} cannot be used as a credential`, why, remedy });
}
