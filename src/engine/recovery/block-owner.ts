import { createHash } from "node:crypto";

/** Bytes of a block's id that identify its owner: whole characters of Base64. */
export const BLOCK_OWNER_BYTES = 6;

/** Prefix of the ids of an owner's blocks, where the ids are long enough for it. */
export function blockOwner(owner: string): string {
  return createHash("sha256").update(owner).digest().subarray(0, BLOCK_OWNER_BYTES).toString("base64");
}
