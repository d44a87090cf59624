import type { SourceAccess } from "../../engine/ports/requests";
import type { Renew, SasGrant } from "../../engine/ports/credential-holder";
import type { BlobUrl } from "../address/blob-url";
import type { SasLifetime } from "../signing/sas-lifetime";

/** A request that is complete but for what authorises it. */
export interface UnauthorisedRequest {
  readonly method: string;
  readonly blob: BlobUrl;
  /** Besides what the blob's own URL has; unescaped. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly contentLength: number;
  /** All that will be sent, names in lower case. A credential adds its own. */
  readonly headers: Record<string, string>;
  /** The process may be killed at any moment, so what is in hand must do. */
  readonly isUrgent: boolean;
}

/** Authorises many PUT requests without body and query that differ in a few headers; undefined: they carry no `Authorization`. */
export type PutAuthoriser = (path: string, own: Readonly<Record<string, string | undefined>>) => string | Promise<string> | undefined;

/** Makes a SAS for those who have a token only. */
export interface Delegation {
  /** A SAS that lets its holder read this one blob: the query, without `?`. It may live shorter than asked for. */
  mintReadSas(source: BlobUrl, access: SourceAccess, credential: Credential, lifetime: SasLifetime): Promise<string>;
}

export interface CopySourceRequest {
  readonly source: BlobUrl;
  /** One blob, or all of a container. */
  readonly scope: "blob" | "container";
  readonly access: SourceAccess;
  /** Copy Blob: the service reads later, and takes no token for the source. */
  readonly isAsynchronous: boolean;
  readonly lifetimeMilliseconds: number;
  /** Where a token gets a SAS from. */
  readonly delegation: Delegation;
}

/** How the service itself may read a source. */
export interface CopySourceAccess {
  /** Appended to the source's URL, without `?`; empty for none. */
  readonly query: string;
  /** For `x-ms-copy-source-authorization`. */
  readonly authorization?: () => string | Promise<string>;
  /** For `x-ms-file-request-intent`. */
  readonly fileRequestIntent?: "backup";
}

/** What authorises requests, whatever its kind: only its own file knows which. */
export interface Credential {
  /** Goes into the query of each request, without `?`; empty for none. */
  readonly query: string;
  /** See {@link CredentialHolder.sasGrant}. */
  readonly sasGrant?: SasGrant | undefined;
  /** See {@link CredentialHolder.credentialExpiresOn}. */
  readonly expiresOn: Date | undefined;
  /** See {@link CredentialHolder.renewCredential}; undefined for what cannot be renewed. */
  readonly renew: Renew | undefined;
  authorise(request: UnauthorisedRequest): void | Promise<void>;
  /** `common` are the headers that all of them share, `varying` the names of the others. */
  putAuthoriser(common: Readonly<Record<string, string>>, varying: readonly string[]): PutAuthoriser;
  asCopySource(request: CopySourceRequest): CopySourceAccess | Promise<CopySourceAccess>;
  /** As the destination's, it lets Copy Blob read a source of the same account that `source` is the credential of. */
  covers(source: Credential): boolean;
  /** The service refused what {@link authorise} had added, with 401. Returns whether another one can be had. */
  replaceRefused(authorization: string | undefined): boolean;
}
