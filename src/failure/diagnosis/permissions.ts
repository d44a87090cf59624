import type { Side } from "./clues";

interface Permission {
  /** Permissions of a SAS, in words. */
  readonly letters: string;
  /** One of these letters is enough, whatever the state of the destination. */
  readonly enough: string;
  readonly role: string;
}

const CONTRIBUTOR = "Storage Blob Data Contributor";
const OWNER = "Storage Blob Data Owner";
const READER = "Storage Blob Data Reader";

const WRITE: Permission = { letters: "w", enough: "w", role: CONTRIBUTOR };
/** Creating a blob needs less than overwriting one. */
const WRITE_ANEW: Permission = { letters: "c for a new blob, w to overwrite", enough: "w", role: CONTRIBUTOR };
const READ: Permission = { letters: "r", enough: "r", role: READER };
const PROTECT: Permission = { letters: "i", enough: "i", role: OWNER };
const TAGS: Permission = { letters: "t", enough: "t", role: OWNER };

/**
 * Permissions for each REST operation that a copy uses. This is the only list, for errors and for
 * the documentation.
 */
export const PERMISSIONS: Readonly<Record<string, Permission>> = {
  "Get Blob Properties": READ,
  "Get File Properties": { letters: "r", enough: "r", role: "Storage File Data Privileged Reader" },
  "Get Blob": READ,
  "Get Page Ranges": READ,
  "Get Block List": READ,
  "List Blobs": { letters: "l", enough: "l", role: READER },
  "Get Blob Tags": TAGS,
  "Set Blob Tags": TAGS,
  "Get User Delegation Key": { letters: "none: a SAS cannot make another", enough: "", role: "Storage Blob Delegator" },
  "Put Blob": WRITE_ANEW,
  "Put Blob From URL": WRITE_ANEW,
  "Copy Blob": WRITE_ANEW,
  "Copy Blob From URL": WRITE_ANEW,
  "Put Block From URL": WRITE,
  "Put Block List": WRITE_ANEW,
  "Put Page": WRITE,
  "Put Page From URL": WRITE,
  "Append Block From URL": { letters: "a or w", enough: "aw", role: CONTRIBUTOR },
  "Snapshot Blob": { letters: "c or w", enough: "cw", role: CONTRIBUTOR },
  "Abort Copy Blob": WRITE,
  "Set Blob Properties": WRITE,
  "Set Blob Metadata": WRITE,
  "Set Blob Tier": WRITE,
  "Lease Blob": WRITE,
  "Append Blob Seal": { letters: "a or w", enough: "aw", role: CONTRIBUTOR },
  "Set Blob Legal Hold": PROTECT,
  "Set Blob Immutability Policy": PROTECT,
  "Delete Blob Immutability Policy": PROTECT,
  "Delete Blob": { letters: "d", enough: "d", role: CONTRIBUTOR },
};

/**
 * When the service reads the source for the destination, it needs a reader's letter and role,
 * whatever the operation.
 */
export function permissionFor(operation: string, side: Side, isRelayed: boolean): Permission {
  if (isRelayed) return READ;
  return PERMISSIONS[operation] ?? (side === "source" ? READ : WRITE);
}
