/** Permissions that a SAS states. */
export interface SasGrant {
  /** Letters, as in `sp`. */
  readonly permissions: string;
  /**
   * The SAS is for a container or an account. Otherwise it is for one blob, and cannot list that
   * blob's container.
   */
  readonly isOfContainer: boolean;
}

/** Begins to renew a credential. `onFailure` receives the reason if the renewal fails. */
export type Renew = (onFailure: (error: unknown) => void) => void;

/** An object that is reached with a credential that may stop working. */
export interface CredentialHolder {
  /**
   * Set for a SAS that states its own permissions; undefined for other credentials, and for a SAS
   * whose permissions are in a stored access policy.
   */
  readonly sasGrant?: SasGrant | undefined;
  /**
   * Time at which the credential stops working, as far as is known now; undefined for a credential
   * that does not expire or was not obtained yet.
   */
  readonly credentialExpiresOn: Date | undefined;
  /**
   * Set for a credential that can be renewed, such as a token. Begins to renew it, unless a renewal
   * is under way. A later `credentialExpiresOn` shows that it succeeded.
   */
  readonly renewCredential?: Renew | undefined;
}
