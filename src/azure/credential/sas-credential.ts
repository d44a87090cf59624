import type { Credential, PutAuthoriser } from "./credential";

/** A shared access signature from the environment, or any other presigned query of a server elsewhere. */
export class SasCredential implements Credential {
  readonly renew = undefined;
  readonly expiresOn: Date | undefined;

  constructor(readonly query: string) {
    // A SAS with a stored access policy can leave its expiry to that.
    const expiresOn = Date.parse(new URLSearchParams(query).get("se") ?? "");
    this.expiresOn = Number.isNaN(expiresOn) ? undefined : new Date(expiresOn);
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
