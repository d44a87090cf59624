import type { KnownCause } from "./clues";

/** What the service offers, and how it is. */
export const SERVICE_CAUSES: readonly KnownCause[] = [
  {
    title: "the service or emulator is older than this program",
    codes: ["UnsupportedServiceVersion"],
    background: "The service says InvalidHeaderValue, and names x-ms-version.",
    remedy:
      "the service or emulator is older than this program, which asks for x-ms-version 2026-04-06: update it (Azurite: a newer one, or --skipApiVersionCheck), or use an older version of this package",
  },
  {
    title: "the account is too old for copies across accounts",
    codes: ["CopyAcrossAccountsNotSupported"],
    remedy: "this storage account is too old for copies across accounts",
  },
  {
    title: "newer features were used on the blob",
    codes: ["FeatureVersionMismatch"],
    remedy: "the service does not allow this for blobs that were written with newer features",
  },
  {
    title: "the account does not offer the operation",
    codes: ["BlobOperationNotSupported", "OperationNotSupported"],
    background: "Accounts with a hierarchical namespace, premium accounts and blobs of some types lack some operations.",
    remedy: "leave the copy method to the program (CopyMethod.AUTO), and leave out options that the account does not offer",
  },
  {
    title: "the account does not hold blobs of this type",
    codes: ["BlobTypeNotSupported"],
    background: "A premium account holds block blobs and append blobs, or page blobs, and never all of them.",
    remedy: "copy to an account that holds blobs of the source's type, such as a standard one (general-purpose v2)",
  },
  {
    title: "the account cannot use the key that encrypts it",
    codes: ["KeyVaultEncryptionKeyNotFound", "KeyVaultVaultNotFound", "KeyVaultAccessTokenCannotBeAcquired"],
    seen: ({ side }) =>
      `the ${side}'s account is encrypted with a key in a key vault (customer-managed), which it cannot use just now; no credential changes that`,
    background:
      "The key or its vault was deleted, disabled or has expired; the vault's firewall keeps the account out; or the account's own identity has lost its role on the vault.",
    remedy:
      "enable or restore the key and its vault, and give the account's identity back its role there (Key Vault Crypto Service Encryption User); then deploy again",
  },
  {
    title: "the name is not valid",
    codes: ["InvalidResourceName", "InvalidUri", "RequestUrlFailedToParse"],
    remedy: "correct the container or blob name",
  },
  {
    title: "the account takes https only",
    codes: ["AccountRequiresHttps"],
    remedy: "write https:// before the endpoint",
  },
  {
    title: "the account demands a newer version of TLS",
    codes: ["TlsVersionNotPermitted"],
    remedy:
      "leave out what keeps Node to an older version (--tls-max-v1.2 in NODE_OPTIONS), also in a proxy that looks into the connection",
  },
  {
    title: "something on the way changes requests",
    codes: [
      ...["MissingRequiredHeader", "MissingContentLengthHeader", "MissingRequiredQueryParameter", "MissingRequiredXmlNode"],
      ...["InvalidXmlDocument", "InvalidXmlNodeValue", "UnsupportedXmlNode"],
    ],
    seen: () => "a part of the request that this program always sends did not arrive",
    background: "A proxy that looks into connections can drop headers that it does not know, or the body.",
    remedy: "reach the service without the proxy or gateway between (NO_PROXY), or let it pass all headers and the body as they are",
  },
  {
    title: "the metadata is too large",
    codes: ["MetadataTooLarge"],
    remedy: "metadata is limited to 8 KiB in all",
  },
  {
    title: "the account does not offer the access tier",
    codes: ["InvalidBlobTier", "BlobAccessTierNotSupportedForAccountType", "AccessTierNotSupportedForBlobType"],
    remedy: "the account does not offer this access tier for this blob",
  },
  {
    title: "the account is throttled",
    codes: ["ServerBusy"],
    seen: ({ side }) => `the ${side}'s account is throttled`,
    remedy: "the account is throttled: deploy again later, or copy less at once",
  },
  {
    title: "the service failed",
    codes: ["InternalError"],
    remedy: "the service failed: deploy again; give Azure support the request id",
  },
  {
    title: "the service was too slow",
    codes: ["OperationTimedOut"],
    remedy: "the service was too slow: deploy again",
  },
  {
    title: "the service could not read the source in time",
    codes: ["CannotVerifyCopySource"],
    background: "The source is of another cloud or web server, which was too slow, or refused the service.",
    remedy:
      "the service could not read the source; check its name, its credential and its firewall: the storage service itself must be able to reach it",
  },
];
