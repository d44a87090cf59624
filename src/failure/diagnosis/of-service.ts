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
    title: "the name is not valid",
    codes: ["InvalidResourceName", "InvalidUri"],
    remedy: "correct the container or blob name",
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
