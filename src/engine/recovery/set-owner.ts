import { createHash } from "node:crypto";
import type { PrefixReference, SetIntent } from "../../intent";
import { prefixKey } from "../../intent/place";
import type { BlobContainer } from "../ports/blob-container";
import { BLOBCOPY_FOLDER } from "./blobcopy-folder";

/** Owner of a set's file, and the place where the set writes. */
export interface Owned extends Pick<SetIntent, "owner" | "deployment"> {
  readonly set: { readonly prefixes?: { readonly destination: PrefixReference } };
}

export { ownerOf } from "./ownership";

/**
 * Name of a file that a set keeps in its destination's container. The name is derived from the
 * deployment and the destination's prefix, so a renamed construct finds its file, and two sets of a
 * deployment have two files. A set from a manifest has no prefix, so its construct's path
 * identifies it.
 */
export function setFileName(intent: Owned, container: Pick<BlobContainer, "reference">, extension: string): string {
  const { owner, deployment, set } = intent;
  if (deployment === undefined) return fileName(owner, extension);
  const place = prefixKey({ ...container.reference, prefix: set.prefixes?.destination.prefix ?? "" });
  return fileName([deployment, place, set.prefixes === undefined ? owner : ""].join("\n"), extension);
}

/**
 * The file's name in earlier versions, derived from the construct's path alone; undefined where it
 * still has that name.
 */
export function formerSetFileName({ owner, deployment }: Owned, extension: string): string | undefined {
  return deployment === undefined ? undefined : fileName(owner, extension);
}

function fileName(owner: string, extension: string): string {
  return `${BLOBCOPY_FOLDER}${createHash("sha256").update(owner).digest("hex").slice(0, 32)}.${extension}`;
}
