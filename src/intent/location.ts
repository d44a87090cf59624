/** Where a copy is from and goes to, and what may read or write there. Part of the contract; holds no secret. */

export enum CredentialKind {
  DEFAULT_AZURE_CREDENTIAL = "default-azure-credential",
  SAS = "sas",
  ACCOUNT_KEY = "account-key",
  CONNECTION_STRING = "connection-string",
  ANONYMOUS = "anonymous",
}

/** Where a secret is, never the secret itself. */
export interface CredentialReference {
  readonly kind: CredentialKind;
  /** Environment variable that holds the SAS, key or connection string. */
  readonly variable?: string;
  /** Storage account that the key belongs to. */
  readonly accountName?: string;
}

export enum LocationKind {
  URL = "url",
  BLOB = "blob",
  FILE = "file",
}

/** Anything that answers at an absolute URL. */
export interface UrlReference {
  readonly kind: LocationKind.URL;
  /** May carry `snapshot` or `versionid`, never a SAS. */
  readonly url: string;
  readonly credential?: CredentialReference;
}

/** A blob, a snapshot or a version, by its parts. */
export interface BlobReference {
  readonly kind: LocationKind.BLOB;
  /** Blob service endpoint, such as `https://account.blob.core.windows.net/`. */
  readonly blobEndpoint: string;
  readonly containerName: string;
  /** Unescaped. */
  readonly blobName: string;
  /** Snapshot time stamp, as the service returned it. */
  readonly snapshot?: string;
  readonly versionId?: string;
  readonly credential?: CredentialReference;
}

/** A file of a share, by its parts. */
export interface FileReference {
  readonly kind: LocationKind.FILE;
  /** File service endpoint, such as `https://account.file.core.windows.net/`. */
  readonly fileEndpoint: string;
  readonly shareName: string;
  /** Unescaped path below the share. */
  readonly filePath: string;
  readonly credential?: CredentialReference;
}

/**
 * A place, as declared; the program makes the URL. Without a credential it is the default Azure credential for Azure endpoints, and
 * anonymous elsewhere.
 */
export type LocationReference = UrlReference | BlobReference | FileReference;
