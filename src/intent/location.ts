/**
 * The places that a copy reads and writes, and the credentials for them. Part of the contract;
 * holds no secret.
 */

export enum CredentialKind {
  DEFAULT_AZURE_CREDENTIAL = "default-azure-credential",
  SAS = "sas",
  ACCOUNT_KEY = "account-key",
  CONNECTION_STRING = "connection-string",
  /**
   * A SAS, key, connection string or application's secret in a store of secrets. The value's form
   * shows which of these it is.
   */
  STORED = "stored",
  SERVICE_PRINCIPAL = "service-principal",
  MANAGED_IDENTITY = "managed-identity",
  WORKLOAD_IDENTITY = "workload-identity",
  AZURE_CLI = "azure-cli",
  ANONYMOUS = "anonymous",
}

/**
 * The proof behind each kind: an identity has a token, an account has its key, and other secrets
 * may belong to anything.
 */
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

/** Kinds that are identities of Microsoft Entra ID, which authenticate with a token. */
export type IdentityKind = KindWith<"identity">;

export function isIdentity(kind: CredentialKind): kind is IdentityKind {
  return PROOFS[kind] === "identity";
}

/** Kinds that are secrets held by an environment variable. */
export type SecretKind = KindWith<"secret" | "account key">;

export function isSecret(kind: CredentialKind): kind is SecretKind {
  return PROOFS[kind] === "secret" || PROOFS[kind] === "account key";
}

/** Only servers of Azure accept such a credential, so its location is in Azure. */
export function isOfAzure(kind: CredentialKind): boolean {
  return PROOFS[kind] === "identity" || PROOFS[kind] === "account key";
}

/** Names the place of a secret, never the secret itself. */
export interface CredentialReference {
  readonly kind: CredentialKind;
  /**
   * Environment variable that holds the SAS, key, connection string, or secret of a service
   * principal.
   */
  readonly variable?: string;
  /** Storage account that the key belongs to. */
  readonly accountName?: string;
  /** For an identity. */
  readonly tenantId?: string;
  readonly clientId?: string;
  /**
   * Environment variable that holds the path of a service principal's certificate (PEM), or of a
   * workload identity's token.
   */
  readonly pathVariable?: string;
}

/**
 * Names the place of an encryption key that the service uses and does not keep; never the key
 * itself.
 */
export interface EncryptionKeyReference {
  /** Environment variable that holds the key: 32 bytes in Base64. */
  readonly variable: string;
}

export enum LocationKind {
  URL = "url",
  BLOB = "blob",
  FILE = "file",
}

/** Any server that answers at an absolute URL. */
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
 * A declared place, of which the program makes the URL. Without a credential, Azure endpoints get
 * the default Azure credential, and others are read anonymously.
 */
export type LocationReference = UrlReference | BlobReference | FileReference;

/**
 * The encryption key of one side of a copy or set; undefined where it has none, or where such a
 * place cannot have one.
 */
export function encryptionKeyOf(side: object): EncryptionKeyReference | undefined {
  return "encryptionKey" in side ? (side as { readonly encryptionKey?: EncryptionKeyReference }).encryptionKey : undefined;
}
