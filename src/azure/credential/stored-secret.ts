import type { Clock } from "../../engine/ports/clock";
import { badIntent } from "../../failure/bad-intent";
import type { Credential } from "./credential";
import { accountKeyFrom, connectionStringFrom, sasFrom, type Secret } from "./secrets";

/**
 * An application of Microsoft Entra ID in a secret, with the field names of the Azure SDK or of
 * `az ad sp create-for-rbac`.
 */
export interface StoredApplication {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Recognises the kind of a stored secret by its form alone, which differs for each kind.
 *
 * @throws CopyFailure (exit code 2)
 */
export function storedSecret(secret: Secret, declaredAccount: string | undefined, clock: Clock): Credential | StoredApplication {
  const { value } = secret;
  if (value.startsWith("{")) return applicationIn(secret);
  if (/(^|;)\s*(AccountName|BlobEndpoint|SharedAccessSignature|DefaultEndpointsProtocol)=/i.test(value))
    return connectionStringFrom(secret, clock);
  if (/(^|[?&])sig=/.test(value)) return sasFrom(secret);
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0) return accountKeyFrom(secret, declaredAccount, clock);
  throw unknownForm(secret);
}

function applicationIn(secret: Secret): StoredApplication {
  const fields = parsed(secret);
  const text = (...names: readonly string[]) =>
    names.map((name) => fields[name]).find((value) => typeof value === "string" && value !== "");
  const tenantId = text("tenantId", "tenant");
  const clientId = text("clientId", "appId");
  const clientSecret = text("clientSecret", "password");
  if (typeof tenantId === "string" && typeof clientId === "string" && typeof clientSecret === "string")
    return { tenantId, clientId, clientSecret };
  throw unknownForm(secret);
}

function parsed({ value }: Secret): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(value);
    return typeof json === "object" && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function unknownForm({ side, variable }: Secret): Error {
  return badIntent(
    side,
    `${variable} does not hold a secret for Azure Storage`,
    "Store a SAS (sv=…&sig=…), an account key, a connection string, or JSON with tenantId, clientId and clientSecret; for a JSON secret with other fields, name the field.",
  );
}
