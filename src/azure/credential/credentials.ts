import type { Clock } from "../../engine/ports/clock";
import { badIntent } from "../../failure/bad-intent";
import type { Side } from "../../failure/service-error";
import { CredentialKind, type CredentialReference } from "../../intent";
import type { BlobUrl } from "../address/blob-url";
import { type Tokens, tokensOf } from "../identity/tokens";
import { ANONYMOUS } from "./anonymous";
import type { Credential } from "./credential";
import { type Secret, accountKeyFrom, connectionStringFrom, sasFrom } from "./secrets";
import { requireSecure } from "./secure-transport";
import { TokenCredential } from "./token-credential";

/** Equal for two references that mean one credential. Of all its fields, so that no new one can be forgotten. */
export function identityOf(reference: CredentialReference | undefined): string {
  const fields = Object.entries(reference ?? {}).filter(([, value]) => value !== undefined);
  return JSON.stringify(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Turns references into credentials, each once for all the blobs of a set. */
export class Credentials {
  readonly #resolved = new Map<string, Credential>();
  readonly #ofAccount = new Map<string | undefined, readonly Credential[]>();

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly clock: Clock,
    private readonly tokens: Tokens,
    private readonly notify: (text: string) => void = () => undefined,
  ) {}

  /** @throws CopyFailure (exit code 2) that names the variable when it is missing or holds something else */
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

  /** Whatever this run has for an account, on either side. */
  ofAccount(account: string | undefined): readonly Credential[] {
    return this.#ofAccount.get(account) ?? [];
  }

  #make(reference: CredentialReference | undefined, blob: BlobUrl, side: Side): Credential {
    const isAzure = blob.endpoint.service !== undefined;
    const kind = reference?.kind ?? (isAzure ? CredentialKind.DEFAULT_AZURE_CREDENTIAL : CredentialKind.ANONYMOUS);
    const secret = () => this.#secret(kind, reference, blob, side);
    switch (kind) {
      case CredentialKind.ANONYMOUS:
        return ANONYMOUS;
      case CredentialKind.DEFAULT_AZURE_CREDENTIAL:
        return this.#token(blob, side);
      case CredentialKind.SAS:
        return sasFrom(secret());
      case CredentialKind.ACCOUNT_KEY:
        return accountKeyFrom(secret(), reference?.accountName, this.clock);
      case CredentialKind.CONNECTION_STRING:
        return connectionStringFrom(secret(), this.clock);
    }
  }

  #secret(kind: CredentialKind, reference: CredentialReference | undefined, blob: BlobUrl, side: Side): Secret {
    const variable = reference?.variable ?? "";
    const value = this.environment[variable]?.trim() ?? "";
    if (value !== "") return { value, variable, blob, side };
    const noun = NOUNS[kind];
    throw badIntent(
      side,
      variable === "" ? `its ${noun} names no environment variable` : `the environment variable ${variable} is not set`,
      `Set ${variable || "it"} where Terraform runs, to the ${noun} of the ${side}.`,
    );
  }

  #token(blob: BlobUrl, side: Side): Credential {
    const { endpoint } = blob;
    requireSecure(endpoint, side);
    // The user's own choice of authority wins over the one that the host name suggests.
    const authorityHost = this.environment["AZURE_AUTHORITY_HOST"] === undefined ? endpoint.authorityHost : undefined;
    const { environment, clock } = this;
    return new TokenCredential(tokensOf(this.tokens, { environment, authorityHost, clock }), clock, this.notify);
  }
}

const NOUNS: Readonly<Record<CredentialKind, string>> = {
  [CredentialKind.SAS]: "SAS",
  [CredentialKind.ACCOUNT_KEY]: "account key",
  [CredentialKind.CONNECTION_STRING]: "connection string",
  [CredentialKind.DEFAULT_AZURE_CREDENTIAL]: "default Azure credential",
  [CredentialKind.ANONYMOUS]: "anonymous credential",
};
