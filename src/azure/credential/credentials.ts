import { resolve } from "node:path";
import type { Clock } from "../../engine/ports/clock";
import { badIntent } from "../../failure/bad-intent";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import type { Side } from "../../failure/service-error";
import type { Trouble } from "../../failure/timed-out";
import { CredentialKind, type CredentialReference, type IdentityKind, ProgramEnvironment } from "../../intent";
import { ownVariable } from "./given/own-variable";
import type { BlobUrl } from "../address/blob-url";
import { describeIdentity, type IdentityChoice } from "../identity/identity-choice";
import { authorityHostOfProvider, defaultIdentity, unknownCloud } from "../identity/provider-identity";
import { claimsOf, describeClaims } from "../identity/token-claims";
import { type Tokens, tokensOf } from "../identity/tokens";
import { ANONYMOUS } from "./anonymous";
import type { Credential } from "./credential";
import { type Secret, accountKeyFrom, connectionStringFrom, sasFrom } from "./secrets";
import { pastedSecret } from "./given/pasted";
import { requireSecure } from "./secure-transport";
import { storedSecret } from "./stored-secret";
import { TokenCredential } from "./token-credential";

/**
 * The same for two references to one credential. It contains all fields, so that a new field cannot
 * be forgotten.
 */
export function identityOf(reference: CredentialReference | undefined): string {
  const fields = Object.entries(reference ?? {}).filter(([, value]) => value !== undefined);
  return JSON.stringify(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Reported when it happens: an identity is chosen, or its token takes long. */
export type CredentialNotice =
  { readonly type: "warning"; readonly text: string } | { readonly type: "identity-chosen"; readonly identity: string };

export interface CredentialsOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Directory for relative file paths. */
  readonly workingDirectory: string;
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly notify: (notice: CredentialNotice) => void;
}

/** Resolves references to credentials, each once for all the blobs of a set. */
export class Credentials {
  readonly #resolved = new Map<string, Credential>();
  readonly #ofAccount = new Map<string | undefined, readonly Credential[]>();

  readonly #reported = new Set<string>();

  constructor(private readonly options: CredentialsOptions) {}

  /**
   * @throws CopyFailure (exit code 2) that names the variable, if it is missing or holds something
   * else
   */
  resolve(reference: CredentialReference | undefined, blob: BlobUrl, side: Side): Credential {
    const key = [side, blob.kind, blob.endpoint.protocol, blob.account, identityOf(reference)].join("\n");
    let credential = this.#resolved.get(key);
    if (credential === undefined) {
      credential = this.#make(reference, blob, side);
      this.#resolved.set(key, credential);
      this.#ofAccount.set(blob.account, [...(this.#ofAccount.get(blob.account) ?? []), credential]);
    }
    return credential;
  }

  /** All credentials that this run has for an account, on either side. */
  ofAccount(account: string | undefined): readonly Credential[] {
    return this.#ofAccount.get(account) ?? [];
  }

  /** Set while a token is being waited for. */
  get trouble(): Trouble | undefined {
    for (const credential of this.#resolved.values()) {
      if (credential instanceof TokenCredential && credential.waitsFor !== undefined)
        return { text: `it was waiting for a token: no answer from ${credential.waitsFor}` };
    }
    return undefined;
  }

  #make(reference: CredentialReference | undefined, blob: BlobUrl, side: Side): Credential {
    // A static website has an Azure host, but is read like any web server.
    const isAzure = blob.kind !== "web" && blob.endpoint.service !== undefined;
    const kind = reference?.kind ?? (isAzure ? CredentialKind.DEFAULT_AZURE_CREDENTIAL : CredentialKind.ANONYMOUS);
    const secret = () => this.#secret(kind, reference, blob, side);
    switch (kind) {
      case CredentialKind.ANONYMOUS:
        return ANONYMOUS;
      case CredentialKind.SAS:
        return sasFrom(secret());
      case CredentialKind.ACCOUNT_KEY:
        return accountKeyFrom(secret(), reference?.accountName, this.options.clock);
      case CredentialKind.CONNECTION_STRING:
        return connectionStringFrom(secret(), this.options.clock);
      case CredentialKind.STORED:
        return this.#stored(secret(), reference?.accountName);
      default:
        return this.#token(this.#identity(kind, reference, secret), blob, side);
    }
  }

  #stored(secret: Secret, accountName: string | undefined): Credential {
    const { blob, side, variable } = secret;
    const found = storedSecret(secret, accountName, this.options.clock);
    if (!("clientSecret" in found)) return found;
    const { tenantId, clientId, clientSecret } = found;
    return this.#token({ kind: "client-secret", how: variable, tenantId, clientId, secret: clientSecret }, blob, side);
  }

  #secret(kind: CredentialKind, reference: CredentialReference | undefined, blob: BlobUrl, side: Side): Secret {
    const variable = reference?.variable ?? "";
    const value = pastedSecret(ownVariable(this.options.environment, variable) ?? "", variable);
    const isTerraforms = variable.startsWith(ProgramEnvironment.SECRET_PREFIX);
    if (value !== "")
      return { value, variable: isTerraforms ? `${variable} (the Terraform value that is declared)` : variable, blob, side };
    const noun = NOUNS[kind];
    if (isTerraforms)
      throw badIntent(side, `the Terraform value that is declared as its ${noun} is empty, or null`, "Check where the value comes from.");
    throw badIntent(
      side,
      variable === "" ? `its ${noun} does not name an environment variable` : `the environment variable ${variable} is not set`,
      `set ${variable || "it"} where Terraform runs, to the ${noun} of the ${side}.`,
    );
  }

  #identity(kind: IdentityKind, reference: CredentialReference | undefined, secret: () => Secret): IdentityChoice {
    const { environment, workingDirectory } = this.options;
    const { tenantId = "", clientId = "", variable, pathVariable } = reference ?? {};
    const path = () => resolve(workingDirectory, this.#secretless(pathVariable ?? "AZURE_FEDERATED_TOKEN_FILE"));
    switch (kind) {
      case CredentialKind.SERVICE_PRINCIPAL: {
        const application = { how: "declared", tenantId, clientId };
        if (variable !== undefined) return { kind: "client-secret", ...application, secret: secret().value };
        return { kind: "client-certificate", ...application, certificate: { from: "file", path: path() }, password: undefined };
      }
      case CredentialKind.WORKLOAD_IDENTITY: {
        const application = {
          how: "declared",
          tenantId: tenantId || this.#secretless("AZURE_TENANT_ID"),
          clientId: clientId || this.#secretless("AZURE_CLIENT_ID"),
        };
        return { kind: "assertion", ...application, assertion: { from: "file", path: path() } };
      }
      case CredentialKind.MANAGED_IDENTITY:
        return { kind: "managed-identity", how: "declared", clientId: clientId || undefined };
      case CredentialKind.AZURE_CLI:
        return { kind: "azure-cli", how: "declared", tenantId: tenantId || undefined };
      case CredentialKind.DEFAULT_AZURE_CREDENTIAL:
        return defaultIdentity({ environment, workingDirectory });
    }
  }

  /** Returns a variable that must be set, and is not a secret. */
  #secretless(variable: string): string {
    const value = ownVariable(this.options.environment, variable)?.trim() ?? "";
    if (value !== "") return value;
    throw new CopyFailure({
      exitCode: ExitCode.BAD_INTENT,
      what: "The identity cannot be used as declared",
      why: `the environment variable ${variable} is not set`,
      remedy: `set ${variable} where Terraform runs`,
    });
  }

  #token(choice: IdentityChoice, blob: BlobUrl, side: Side): Credential {
    const { endpoint } = blob;
    requireSecure(endpoint, side);
    const { environment, clock, tokens, notify } = this.options;
    // The user's own choice of authority wins over the one that the host name suggests.
    const suggested = endpoint.authorityHost ?? authorityHostOfProvider(environment);
    const own = environment["AZURE_AUTHORITY_HOST"];
    const authorityHost = own === undefined ? suggested : choice.kind === "default" ? undefined : own;
    const cache = tokensOf(tokens, { choice, environment, authorityHost, clock });
    const described = describeIdentity(choice);
    this.#reportIdentity(described);
    if (choice.kind === "default" && choice.unused !== undefined) this.#warn(choice.unused);
    const cloud = authorityHost === undefined && choice.kind !== "default" ? unknownCloud(environment) : undefined;
    if (cloud !== undefined)
      this.#warn(`ARM_ENVIRONMENT is ${cloud}, and not public, usgovernment or china: signing in at the public cloud`);
    const onToken = (token: string) => {
      // Only the first token shows which identity the SDK chose.
      const claims = described === undefined ? claimsOf(token) : undefined;
      this.#reportIdentity(claims === undefined ? undefined : describeClaims(claims));
    };
    return new TokenCredential(cache, clock, (text) => notify({ type: "warning", text }), onToken);
  }

  #warn(text: string): void {
    if (this.#reported.has(text)) return;
    this.#reported.add(text);
    this.options.notify({ type: "warning", text });
  }

  /** Reports each identity once. */
  #reportIdentity(identity: string | undefined): void {
    if (identity === undefined || this.#reported.has(identity)) return;
    this.#reported.add(identity);
    this.options.notify({ type: "identity-chosen", identity });
  }
}

const NOUNS: Readonly<Record<CredentialKind, string>> = {
  [CredentialKind.SAS]: "SAS",
  [CredentialKind.ACCOUNT_KEY]: "account key",
  [CredentialKind.CONNECTION_STRING]: "connection string",
  [CredentialKind.STORED]: "secret",
  [CredentialKind.SERVICE_PRINCIPAL]: "client secret",
  [CredentialKind.MANAGED_IDENTITY]: "managed identity",
  [CredentialKind.WORKLOAD_IDENTITY]: "workload identity",
  [CredentialKind.AZURE_CLI]: "Azure CLI",
  [CredentialKind.DEFAULT_AZURE_CREDENTIAL]: "default Azure credential",
  [CredentialKind.ANONYMOUS]: "anonymous credential",
};
