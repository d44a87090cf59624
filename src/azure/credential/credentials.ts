import type { Clock } from "../../engine/ports/clock";
import { CopyFailure } from "../../failure/copy-failure";
import type { Side } from "../../failure/service-error";
import { CredentialKind, type CredentialReference } from "../../intent";
import { ExitCode } from "../../failure/exit-code";
import { badIntent } from "../../failure/bad-intent";
import type { BlobUrl } from "../address/blob-url";
import { parseConnectionString } from "./connection-string";
import { loadIdentity } from "../sdk/load-sdk";
import { redact } from "../../util/redaction";
import { SharedKey } from "./shared-key";
import { type AccessToken, TokenCache } from "./token-cache";

/** What authorises a request. */
export type Credential =
  | { readonly kind: "shared-key"; readonly key: SharedKey }
  | { readonly kind: "sas"; readonly query: string; readonly expiresOn: Date | undefined }
  | { readonly kind: "bearer"; readonly tokens: TokenCache }
  | { readonly kind: "anonymous" };

/** See {@link CredentialHolder.credentialExpiresOn}. */
export function credentialExpiry(credential: Credential): Date | undefined {
  if (credential.kind === "sas") return credential.expiresOn;
  const expiresOn = credential.kind === "bearer" ? credential.tokens.expiresOn : undefined;
  return expiresOn === undefined ? undefined : new Date(expiresOn);
}

/** See {@link CredentialHolder.renewCredential}. */
export function credentialRenewal(credential: Credential): (() => void) | undefined {
  return credential.kind === "bearer" ? () => credential.tokens.renew() : undefined;
}

const ANONYMOUS: Credential = { kind: "anonymous" };

/** By authority host, of the identity that the process's environment stands for. */
export type Tokens = Map<string, TokenCache>;

/** Turns references to secrets into credentials, each once for all the blobs of a set. */
export class Credentials {
  readonly #resolved = new Map<string, Credential>();

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly clock: Clock,
    private readonly tokens: Tokens,
  ) {}

  /** Throws CopyFailure (exit code 2) that names the variable when it is missing or holds something else. */
  resolve(reference: CredentialReference | undefined, blob: BlobUrl, side: Side): Credential {
    const kind =
      reference?.kind ?? (blob.endpoint.service === undefined ? CredentialKind.ANONYMOUS : CredentialKind.DEFAULT_AZURE_CREDENTIAL);
    if (kind === CredentialKind.ANONYMOUS) return ANONYMOUS;
    if (kind === CredentialKind.DEFAULT_AZURE_CREDENTIAL) return this.#bearer(blob, side);
    const identity = [kind, reference?.variable, reference?.accountName, blob.accountName, blob.kind, side].join("\n");
    let credential = this.#resolved.get(identity);
    if (credential === undefined) {
      credential = this.#fromVariable(kind, reference, blob, side);
      this.#resolved.set(identity, credential);
    }
    return credential;
  }

  #fromVariable(kind: CredentialKind, reference: CredentialReference | undefined, blob: BlobUrl, side: Side): Credential {
    const variable = reference?.variable ?? "";
    const value = this.environment[variable]?.trim() ?? "";
    if (value === "") {
      const remedy = `Set ${variable || "it"} where Terraform runs, to the ${NOUNS[kind]} of the ${side}.`;
      throw badIntent(
        side,
        variable === "" ? `its ${NOUNS[kind]} names no environment variable` : `the environment variable ${variable} is not set`,
        remedy,
      );
    }
    switch (kind) {
      case CredentialKind.SAS:
        return sas(value, variable, blob, side);
      case CredentialKind.ACCOUNT_KEY:
        return sharedKey(reference?.accountName, value, variable, blob, side);
      default:
        return fromConnectionString(value, variable, blob, side);
    }
  }

  #bearer(blob: BlobUrl, side: Side): Credential {
    const { endpoint } = blob;
    if (endpoint.protocol === "http:" && !endpoint.isLoopback) {
      throw badIntent(
        side,
        `${endpoint.authority} is reached over http, which would show the token to everyone on the way`,
        "Use https, or declare another credential.",
      );
    }
    // The user's own choice of authority wins over the one that the host name suggests.
    const authorityHost = this.environment["AZURE_AUTHORITY_HOST"] === undefined ? endpoint.authorityHost : undefined;
    let tokens = this.tokens.get(authorityHost ?? "");
    if (tokens === undefined) {
      let source: (() => Promise<AccessToken>) | undefined;
      tokens = new TokenCache(async () => {
        try {
          source ??= loadIdentity().createTokenSource(authorityHost);
          return await source();
        } catch (error) {
          throw notSignedIn(error);
        }
      }, this.clock);
      this.tokens.set(authorityHost ?? "", tokens);
    }
    return { kind: "bearer", tokens };
  }
}

const NOUNS: Readonly<Record<CredentialKind, string>> = {
  [CredentialKind.SAS]: "SAS",
  [CredentialKind.ACCOUNT_KEY]: "account key",
  [CredentialKind.CONNECTION_STRING]: "connection string",
  [CredentialKind.DEFAULT_AZURE_CREDENTIAL]: "default Azure credential",
  [CredentialKind.ANONYMOUS]: "anonymous credential",
};

function sas(value: string, variable: string, blob: BlobUrl, side: Side): Credential {
  const query = value.replace(/^\?/, "");
  // Elsewhere than in Azure the query may be any presigned one.
  const usable =
    /^[\x21-\x7e]+$/.test(query) && !/^https?:/i.test(query) && !query.includes("#") && (blob.kind === "web" || /(^|&)sig=./.test(query));
  if (!usable) {
    throw badIntent(
      side,
      `the environment variable ${variable} does not hold a SAS`,
      "Set it to the query alone, sv=…&sig=…, without the URL before it.",
    );
  }
  return { kind: "sas", query, expiresOn: expiryOf(query) };
}

/** A SAS with a stored access policy can leave its expiry to that. */
function expiryOf(query: string): Date | undefined {
  const expiresOn = Date.parse(new URLSearchParams(query).get("se") ?? "");
  return Number.isNaN(expiresOn) ? undefined : new Date(expiresOn);
}

function sharedKey(declaredAccount: string | undefined, value: string, variable: string, blob: BlobUrl, side: Side): Credential {
  const accountName = declaredAccount ?? blob.accountName;
  if (accountName === undefined) {
    throw badIntent(
      side,
      `${blob.endpoint.authority} does not tell the storage account that the key in ${variable} belongs to`,
      "Declare the account name with the key.",
    );
  }
  if (blob.accountName !== undefined && blob.accountName !== accountName) {
    throw badIntent(
      side,
      `the key in ${variable} belongs to the account ${accountName}, but the ${side} is in ${blob.accountName}`,
      "Name the variable that holds the key of that account.",
    );
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0) {
    throw badIntent(
      side,
      `the environment variable ${variable} does not hold an account key`,
      "Set it to the key as the portal or `az storage account keys list` shows it: base64.",
    );
  }
  return { kind: "shared-key", key: new SharedKey(accountName, Buffer.from(value, "base64")) };
}

function fromConnectionString(value: string, variable: string, blob: BlobUrl, side: Side): Credential {
  const parsed = parseConnectionString(value);
  if (parsed?.accountKey !== undefined) return sharedKey(parsed.accountName, parsed.accountKey, variable, blob, side);
  if (parsed?.sharedAccessSignature !== undefined) return sas(parsed.sharedAccessSignature, variable, blob, side);
  throw badIntent(
    side,
    `the environment variable ${variable} does not hold a connection string`,
    "Set it to one with AccountName and AccountKey, or with SharedAccessSignature.",
  );
}

function notSignedIn(error: unknown): CopyFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: "The default Azure credential gave no token",
    why: redact(reason.replace(/\s*\n\s*/g, "; ")),
    remedy:
      "Sign in where Terraform runs (az login, a managed or workload identity, or AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET), or declare another credential.",
    cause: error,
  });
}
