import type { SasGrant } from "../../engine/ports/credential-holder";
import type { Credential, PutAuthoriser } from "./credential";

/** A shared access signature from the environment, or any other presigned query of a server elsewhere. */
export class SasCredential implements Credential {
  readonly renew = undefined;
  readonly expiresOn: Date | undefined;
  readonly sasGrant: SasGrant | undefined;

  constructor(readonly query: string) {
    const parameters = new URLSearchParams(query);
    // A SAS with a stored access policy can leave its expiry to that.
    const expiresOn = Date.parse(parameters.get("se") ?? "");
    this.expiresOn = Number.isNaN(expiresOn) ? undefined : new Date(expiresOn);
    this.sasGrant = grantOf(parameters);
  }

  authorise(): void {
    // Its query says it all.
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

/** A policy can add letters to those of the SAS, so with one nothing is known. */
function grantOf(parameters: URLSearchParams): SasGrant | undefined {
  const permissions = parameters.get("sp");
  if (permissions === null || parameters.has("si")) return undefined;
  return { permissions, isOfContainer: /[cd]/.test(parameters.get("srt") ?? parameters.get("sr") ?? "") };
}
