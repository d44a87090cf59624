/**
 * Restrictions and features of an account, besides those of its credentials; default: no
 * restrictions.
 */
export interface AccountRules {
  /** The account's firewall refuses all clients except the storage service. */
  keepsClientsOut?: boolean;
  /** It refuses the storage service when that reads a source for another account. */
  keepsServiceOut?: boolean;
  /** `shared_access_key_enabled = false`. */
  forbidsKeys?: boolean;
  /** `allow_nested_items_to_be_public = false`. */
  forbidsPublicAccess?: boolean;
  /** `allowed_copy_scope`: copies from other accounts are refused. */
  restrictsCopies?: boolean;
  /** Each write keeps the previous state as a version. */
  keepsVersions?: boolean;
  /** Soft delete: deleted states can be restored. */
  deletesSoftly?: boolean;
  /**
   * Permissions as SAS letters, by the object id of an identity; default: all identities have all.
   */
  roles?: Readonly<Record<string, string>>;
  /** The tenant whose tokens the account accepts. */
  tenantId?: string;
}

/** `versions`: all accounts of a process keep versions, unless a test chooses otherwise. */
export const ACCOUNTS_VARIABLE = "FAKE_BLOB_SERVICE_ACCOUNTS";

export function usualRules(): AccountRules {
  return process.env[ACCOUNTS_VARIABLE] === "versions" ? { keepsVersions: true } : {};
}
