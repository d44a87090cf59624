import { CredentialKind, type CredentialReference } from "../intent";

/**
 * Forms of a credential on a command line, which never holds a secret: the kind, and the variable
 * that holds the secret.
 */
const FORMS: Readonly<Record<string, { readonly kind: CredentialKind; readonly needs?: "variable" }>> = {
  default: { kind: CredentialKind.DEFAULT_AZURE_CREDENTIAL },
  "azure-cli": { kind: CredentialKind.AZURE_CLI },
  "managed-identity": { kind: CredentialKind.MANAGED_IDENTITY },
  "workload-identity": { kind: CredentialKind.WORKLOAD_IDENTITY },
  sas: { kind: CredentialKind.SAS, needs: "variable" },
  "account-key": { kind: CredentialKind.ACCOUNT_KEY, needs: "variable" },
  "connection-string": { kind: CredentialKind.CONNECTION_STRING, needs: "variable" },
};

export const CREDENTIAL_FORMS = Object.entries(FORMS)
  .map(([name, { needs }]) => (needs === undefined ? name : `${name}:VARIABLE`))
  .join(", ");

/** An account, and the credential that may write to it. */
export interface AccountArguments {
  readonly blobEndpoint: string;
  readonly credential?: CredentialReference;
}

/** `undefined` for a text that is not a credential. */
export function parseCredentialArgument(text: string): CredentialReference | undefined {
  const [, name = "", variable] = /^([a-z-]+)(?::([A-Za-z_][A-Za-z0-9_]*))?$/.exec(text) ?? [];
  const form = FORMS[name];
  if (form === undefined || (form.needs === "variable") !== (variable !== undefined)) return undefined;
  return { kind: form.kind, ...(variable === undefined ? {} : { variable }) };
}
