import type { SourceAccess } from "../../engine/ports/requests";
import type { Renew, SasGrant } from "../../engine/ports/credential-holder";
import type { BlobUrl } from "../address/blob-url";
import type { SasLifetime } from "../signing/sas-lifetime";

/** A request that is complete except for its authorisation. */
export interface UnauthorisedRequest {
  readonly method: string;
  readonly blob: BlobUrl;
  /** Unescaped, without the query of the blob's own URL. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly contentLength: number;
  /** All headers of the request, with names in lower case. A credential adds its own. */
  readonly headers: Record<string, string>;
  /** The process may be killed at any moment, so the request uses the token in hand. */
  readonly isUrgent: boolean;
}

/**
 * Authorises many PUT requests without body and query that differ in a few headers. Returns
 * undefined if they have no `Authorization`.
 */
export type PutAuthoriser = (path: string, own: Readonly<Record<string, string | undefined>>) => string | Promise<string> | undefined;

/** Creates a SAS from a credential that is a token. */
export interface Delegation {
  /**
   * Returns the query, without `?`, of a SAS for reading this one blob. Its lifetime may be shorter
   * than requested.
   */
  mintReadSas(source: BlobUrl, access: SourceAccess, credential: Credential, lifetime: SasLifetime): Promise<string>;
}

export interface CopySourceRequest {
  readonly source: BlobUrl;
  /** One blob, or all blobs of a container. */
  readonly scope: "blob" | "container";
  readonly access: SourceAccess;
  /** True for Copy Blob: the service reads the source later, and does not accept a token for it. */
  readonly isAsynchronous: boolean;
  readonly lifetimeMilliseconds: number;
  /** Creates the SAS for a token. */
  readonly delegation: Delegation;
}

/** Access with which the service itself reads a source. */
export interface CopySourceAccess {
  /** Appended to the source's URL, without `?`; empty for none. */
  readonly query: string;
  /** For `x-ms-copy-source-authorization`. */
  readonly authorization?: () => string | Promise<string>;
  /** For `x-ms-file-request-intent`. */
  readonly fileRequestIntent?: "backup";
}

/** Authorises requests. Only the file of each kind of credential knows how. */
export interface Credential {
  /** Added to the query of each request, without `?`; empty for none. */
  readonly query: string;
  /** See {@link CredentialHolder.sasGrant}. */
  readonly sasGrant?: SasGrant | undefined;
  /** See {@link CredentialHolder.credentialExpiresOn}. */
  readonly expiresOn: Date | undefined;
  /**
   * See {@link CredentialHolder.renewCredential}; undefined for a credential that cannot be
   * renewed.
   */
  readonly renew: Renew | undefined;
  authorise(request: UnauthorisedRequest): void | Promise<void>;
  /** `common`: headers that all the requests share. `varying`: names of the other headers. */
  putAuthoriser(common: Readonly<Record<string, string>>, varying: readonly string[]): PutAuthoriser;
  asCopySource(request: CopySourceRequest): CopySourceAccess | Promise<CopySourceAccess>;
  /**
   * Whether this credential of a destination also lets Copy Blob read a source of the same account
   * that has the credential `source`.
   */
  covers(source: Credential): boolean;
  /**
   * Called when the service has refused the value that {@link authorise} added, with 401. Returns
   * whether another value is available.
   */
  replaceRefused(authorization: string | undefined): boolean;
}
