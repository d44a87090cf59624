import type { KnownCause } from "./clues";

/** The source did respond, but without a code: only with one of these statuses. */
const ANSWERED_BY_SOURCE: readonly number[] = [401, 403, 404];

/** Causes in the service's features, and in its condition. */
export const SERVICE_CAUSES: readonly KnownCause[] = [
  {
    title: "the service or emulator is older than this program",
    codes: ["UnsupportedServiceVersion"],
    background: "The service answers InvalidHeaderValue, and names x-ms-version.",
    remedy:
      "the service or emulator is older than this program, which asks for x-ms-version 2026-04-06: update it (Azurite: a newer one, or --skipApiVersionCheck), or use an older version of this package",
  },
  {
    title: "the account is too old for copies across accounts",
    codes: ["CopyAcrossAccountsNotSupported"],
    remedy: "copy to or from a newer storage account (general-purpose v2): this one is too old for copies across accounts",
  },
  {
    title: "newer features were used on the blob",
    codes: ["FeatureVersionMismatch"],
    remedy: "use another blob name, or delete the blob: it was written with newer features, which do not allow this operation",
  },
  {
    title: "the account does not offer the operation",
    codes: ["BlobOperationNotSupported", "OperationNotSupported"],
    background: "Accounts with a hierarchical namespace, premium accounts and blobs of some types lack some operations.",
    remedy: "leave out options that the account does not offer, and, where a method is declared, use CopyMethod.AUTO",
  },
  {
    title: "the account does not hold blobs of this type",
    codes: ["BlobTypeNotSupported"],
    background: "A premium account holds block blobs and append blobs, or page blobs, but never all of them.",
    remedy: "copy to an account that holds blobs of the source's type, such as a standard one (general-purpose v2)",
  },
  {
    title: "the account cannot use the key that encrypts it",
    codes: ["KeyVaultEncryptionKeyNotFound", "KeyVaultVaultNotFound", "KeyVaultAccessTokenCannotBeAcquired"],
    seen: ({ side }) =>
      `the ${side}'s account is encrypted with a key in a key vault (customer-managed), which it cannot use at the moment; another credential does not help`,
    background:
      "The key or its vault was deleted, disabled or has expired; the vault's firewall keeps the account out; or the account's own identity has lost its role on the vault.",
    remedy:
      "enable or restore the key and its vault, and restore the role of the account's identity there (Key Vault Crypto Service Encryption User); then deploy again",
  },
  {
    title: "the name is not valid",
    codes: ["InvalidResourceName", "InvalidUri", "RequestUrlFailedToParse"],
    remedy: "correct the container or blob name",
  },
  {
    title: "the account accepts only https",
    codes: ["AccountRequiresHttps"],
    remedy: "declare the endpoint with https://",
  },
  {
    title: "the account demands a newer version of TLS",
    codes: ["TlsVersionNotPermitted"],
    remedy:
      "remove the setting that limits Node.js to an older version (--tls-max-v1.2 in NODE_OPTIONS), and any such limit in a proxy that inspects the connection",
  },
  {
    title: "a proxy or gateway changes requests",
    codes: [
      ...["MissingRequiredHeader", "MissingContentLengthHeader", "MissingRequiredQueryParameter", "MissingRequiredXmlNode"],
      ...["InvalidXmlDocument", "InvalidXmlNodeValue", "UnsupportedXmlNode"],
    ],
    seen: () => "a part of the request that this program always sends did not arrive",
    background: "A proxy that inspects connections can drop headers that it does not know, or the body.",
    remedy: "reach the service without the proxy or gateway (NO_PROXY), or let it pass all headers and the body unchanged",
  },
  {
    title: "the metadata is too large",
    codes: ["MetadataTooLarge"],
    remedy: "declare less metadata: the limit is 8 KiB in total",
  },
  {
    title: "the account does not offer the access tier",
    codes: ["InvalidBlobTier", "BlobAccessTierNotSupportedForAccountType", "AccessTierNotSupportedForBlobType"],
    remedy: "declare another access tier, or leave it out: the account does not offer this one for this blob",
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
    remedy: "the service failed: deploy again; if it fails again, give Azure support the request id",
  },
  {
    title: "the service was too slow",
    codes: ["OperationTimedOut"],
    remedy: "the service was too slow: deploy again",
  },
  {
    title: "the source refuses the service, or does not exist",
    codes: ["CannotVerifyCopySource"],
    isIt: ({ status }) => ANSWERED_BY_SOURCE.includes(status),
    background: "The source is in another cloud or on a web server, which answered 401, 403 or 404 without a reason.",
    remedy:
      "the service could not read the source; check its name, that its credential or signed URL is declared and has not expired, and its firewall: the storage service itself must be able to reach the source",
  },
  {
    title: "the service could not read the source in time",
    codes: ["CannotVerifyCopySource"],
    background: "The source is in another cloud or on a web server, which was too slow, or refused the service.",
    remedy:
      "the service could not read the source; check its name, its credential and its firewall: the storage service itself must be able to reach the source",
  },
];
