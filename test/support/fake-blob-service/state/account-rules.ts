/** What an account allows beside what its credentials say; default: everything. */
export interface AccountRules {
  /** The account's firewall keeps out who is not the storage service. */
  keepsClientsOut?: boolean;
  /** It keeps the storage service out, when that reads a source for another account. */
  keepsServiceOut?: boolean;
  /** `shared_access_key_enabled = false`. */
  forbidsKeys?: boolean;
  /** `allow_nested_items_to_be_public = false`. */
  forbidsPublicAccess?: boolean;
  /** `allowed_copy_scope`: no other account may be copied from. */
  restrictsCopies?: boolean;
  /** Every write keeps what was there as a version. */
  keepsVersions?: boolean;
  /** What is deleted can be had back. */
  deletesSoftly?: boolean;
  /** By the object id of an identity, what it may do as SAS letters; default: every one everything. */
  roles?: Readonly<Record<string, string>>;
  /** The tenant whose tokens it takes. */
  tenantId?: string;
}

/** `versions`: all accounts of a process keep them, unless a test says otherwise. */
export const ACCOUNTS_VARIABLE = "FAKE_BLOB_SERVICE_ACCOUNTS";

export function usualRules(): AccountRules {
  return process.env[ACCOUNTS_VARIABLE] === "versions" ? { keepsVersions: true } : {};
}
