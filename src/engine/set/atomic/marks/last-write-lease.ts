import { createHash } from "node:crypto";

/**
 * Id of the leases under which a commit takes its marks off (decision 101). It follows from what the mark of the commit tells, so that the
 * run after a lost machine can renew such a lease, too: then nobody has written the blob since.
 */
export function lastWriteLeaseOf(blockIdPrefix: string): string {
  const digits = createHash("sha256").update(`last write\n${blockIdPrefix}`).digest("hex");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20, 32)].join("-");
}
