import type { SasGrant } from "../../engine/ports/credential-holder";
import type { Credential, PutAuthoriser } from "./credential";

/** A SAS from the environment, or any other presigned query of a server outside Azure. */
export class SasCredential implements Credential {
  readonly renew = undefined;
  readonly expiresOn: Date | undefined;
  readonly sasGrant: SasGrant | undefined;

  constructor(readonly query: string) {
    const parameters = new URLSearchParams(query);
    // A SAS may leave its expiry to a stored access policy.
    const expiresOn = Date.parse(parameters.get("se") ?? "");
    this.expiresOn = Number.isNaN(expiresOn) ? undefined : new Date(expiresOn);
    this.sasGrant = grantOf(parameters);
  }

  authorise(): void {
    // The query is the whole authorisation.
  }

  putAuthoriser(): PutAuthoriser {
    return () => undefined;
  }

  asCopySource(): { query: string } {
    return { query: this.query };
  }

  /** A destination's SAS does not extend to the source. */
  covers(): boolean {
    return false;
  }

  replaceRefused(): boolean {
    return false;
  }
}

/**
 * A stored access policy can add permissions to those of the SAS, so with one the grant is unknown.
 */
function grantOf(parameters: URLSearchParams): SasGrant | undefined {
  const permissions = parameters.get("sp");
  if (permissions === null || parameters.has("si")) return undefined;
  return { permissions, isOfContainer: /[cd]/.test(parameters.get("srt") ?? parameters.get("sr") ?? "") };
}
