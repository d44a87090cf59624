import { createHash } from "node:crypto";

/** Bytes of a block's id that say whose it is: whole characters of Base64. */
export const BLOCK_OWNER_BYTES = 6;

/** What the ids of an owner's blocks begin with, where they have room for it. */
export function blockOwner(owner: string): string {
  return createHash("sha256").update(owner).digest().subarray(0, BLOCK_OWNER_BYTES).toString("base64");
}
