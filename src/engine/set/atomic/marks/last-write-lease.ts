import { createHash } from "node:crypto";

/**
 * Id of the leases under which a commit removes its marks (decision 101). It is derived from the
 * mark of the commit, so the run after a lost machine can also renew such a lease. If that
 * succeeds, the blob has not been written since.
 */
export function lastWriteLeaseOf(blockIdPrefix: string): string {
  const digits = createHash("sha256").update(`last write\n${blockIdPrefix}`).digest("hex");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20, 32)].join("-");
}
