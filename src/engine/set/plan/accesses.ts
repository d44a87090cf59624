import type { CopySet, CredentialReference } from "../../../intent";
import { readManifest } from "../../../intent/parse/read-manifest";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";
import type { BlobContainers } from "../../ports/blob-container";
import type { BlobStore } from "../../ports/blob-store";
import type { SetContext } from "./context";

/** Credential and lease for reaching a destination. */
export interface Access {
  readonly credential: CredentialReference | undefined;
  readonly leaseId: string | undefined;
}

interface AccessContext extends Pick<SetContext, "manifestLines"> {
  readonly store: BlobStore & BlobContainers;
}

/**
 * Finds how the set reaches each of these destinations, given as URLs without queries. The result
 * is undefined for a destination that is not the set's: another element of its construct copies to
 * it, or its declaration has changed meanwhile.
 */
export async function accessesOf(
  { prefixes, manifest }: CopySet,
  destinations: readonly string[],
  { store, manifestLines }: AccessContext,
): Promise<(destination: string) => Access | undefined> {
  if (prefixes !== undefined) {
    const url = store.container(prefixes.destination, "destination").urlOf(prefixes.destination.prefix);
    const access = { credential: prefixes.destination.credential, leaseId: prefixes.options.destinationLeaseId };
    return (destination) => (destination.startsWith(url) ? access : undefined);
  }
  const wanted = new Set(destinations);
  const found = new Map<string, Access>();
  if (manifest !== undefined) {
    for await (const { destination, destinationLeaseId } of readManifest(manifest, manifestLines(manifest.file, NEVER_ABORTED))) {
      const { url } = store.destination(destination);
      if (wanted.has(url)) found.set(url, { credential: destination.credential, leaseId: destinationLeaseId });
    }
  }
  return (destination) => found.get(destination);
}
