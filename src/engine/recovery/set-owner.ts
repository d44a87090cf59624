import { createHash } from "node:crypto";
import type { PrefixReference, SetIntent } from "../../intent";
import { prefixKey } from "../../intent/place";
import type { BlobContainer } from "../ports/blob-container";
import { BLOBCOPY_FOLDER } from "./blobcopy-folder";

/** Whose a file of a set is, and where the set writes. */
export interface Owned extends Pick<SetIntent, "owner" | "deployment"> {
  readonly set: { readonly prefixes?: { readonly destination: PrefixReference } };
}

export { ownerOf } from "./ownership";

/**
 * Name of a file that a set keeps in its destination's container: of its deployment, and of its place there, so that a renamed
 * construct finds it and two sets of a deployment have two. The sets of a manifest have no other place than their construct.
 */
export function setFileName(intent: Owned, container: Pick<BlobContainer, "reference">, extension: string): string {
  const { owner, deployment, set } = intent;
  if (deployment === undefined) return fileName(owner, extension);
  const place = prefixKey({ ...container.reference, prefix: set.prefixes?.destination.prefix ?? "" });
  return fileName([deployment, place, set.prefixes === undefined ? owner : ""].join("\n"), extension);
}

/** As versions before named it, by the path of the construct alone; undefined where it still is. */
export function formerSetFileName({ owner, deployment }: Owned, extension: string): string | undefined {
  return deployment === undefined ? undefined : fileName(owner, extension);
}

function fileName(owner: string, extension: string): string {
  return `${BLOBCOPY_FOLDER}${createHash("sha256").update(owner).digest("hex").slice(0, 32)}.${extension}`;
}
