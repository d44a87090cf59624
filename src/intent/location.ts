/** Where a copy is from and goes to, and what may read or write there. Part of the contract; holds no secret. */

export enum CredentialKind {
  DEFAULT_AZURE_CREDENTIAL = "default-azure-credential",
  SAS = "sas",
  ACCOUNT_KEY = "account-key",
  CONNECTION_STRING = "connection-string",
  /** A SAS, key, connection string or application's secret that is kept in a store of secrets; which one it is shows in its form. */
  STORED = "stored",
  SERVICE_PRINCIPAL = "service-principal",
  MANAGED_IDENTITY = "managed-identity",
  WORKLOAD_IDENTITY = "workload-identity",
  AZURE_CLI = "azure-cli",
  ANONYMOUS = "anonymous",
}

/** By what each kind proves who is asking: an identity by a token, an account by its key, and others by a secret that may be of anything. */
const PROOFS = {
  [CredentialKind.DEFAULT_AZURE_CREDENTIAL]: "identity",
  [CredentialKind.SAS]: "secret",
  [CredentialKind.ACCOUNT_KEY]: "account key",
  [CredentialKind.CONNECTION_STRING]: "account key",
  [CredentialKind.STORED]: "secret",
  [CredentialKind.SERVICE_PRINCIPAL]: "identity",
  [CredentialKind.MANAGED_IDENTITY]: "identity",
  [CredentialKind.WORKLOAD_IDENTITY]: "identity",
  [CredentialKind.AZURE_CLI]: "identity",
  [CredentialKind.ANONYMOUS]: "nothing",
} as const satisfies Readonly<Record<CredentialKind, "identity" | "account key" | "secret" | "nothing">>;

type KindWith<Proof> = { [Kind in CredentialKind]: (typeof PROOFS)[Kind] extends Proof ? Kind : never }[CredentialKind];

/** Kinds that are identities of Microsoft Entra ID, reached with a token. */
export type IdentityKind = KindWith<"identity">;

export function isIdentity(kind: CredentialKind): kind is IdentityKind {
  return PROOFS[kind] === "identity";
}

/** Kinds that are a secret, which a variable holds. */
export type SecretKind = KindWith<"secret" | "account key">;

export function isSecret(kind: CredentialKind): kind is SecretKind {
  return PROOFS[kind] === "secret" || PROOFS[kind] === "account key";
}

/** No server but those of Azure takes such a credential, so that what it is for is there. */
export function isOfAzure(kind: CredentialKind): boolean {
  return PROOFS[kind] === "identity" || PROOFS[kind] === "account key";
}

/** Where a secret is, never the secret itself. */
export interface CredentialReference {
  readonly kind: CredentialKind;
  /** Environment variable that holds the SAS, key, connection string, or secret of a service principal. */
  readonly variable?: string;
  /** Storage account that the key belongs to. */
  readonly accountName?: string;
  /** Of an identity. */
  readonly tenantId?: string;
  readonly clientId?: string;
  /** Environment variable that holds the path of a service principal's certificate (PEM), or of a workload identity's token. */
  readonly pathVariable?: string;
}

/** Where a key is that the service encrypts a blob with and does not keep; never the key itself. */
export interface EncryptionKeyReference {
  /** Environment variable that holds it: 32 bytes in Base64. */
  readonly variable: string;
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
  readonly encryptionKey?: EncryptionKeyReference;
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
  readonly encryptionKey?: EncryptionKeyReference;
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

/** The key of a side of a copy or set; undefined where there is none, and where the kind of place can have none. */
export function encryptionKeyOf(side: object): EncryptionKeyReference | undefined {
  return "encryptionKey" in side ? (side as { readonly encryptionKey?: EncryptionKeyReference }).encryptionKey : undefined;
}
