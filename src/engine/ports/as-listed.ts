import type { ListedBlob } from "./blob-container";
import type { BlobProperties } from "./blob-properties";

/**
 * Converts a blob of a listing to the form of its properties. Details that the listing was not
 * asked for are empty.
 */
export function asListed({ etag, lastModified, length, blobType, contentMd5, tier, details, keys }: ListedBlob): BlobProperties {
  return {
    etag,
    lastModified: new Date(lastModified),
    length,
    blobType,
    contentMd5,
    headers: details?.headers ?? {},
    metadata: details?.metadata ?? {},
    tier,
    accessTierInferred: false,
    archiveStatus: undefined,
    versionId: undefined,
    tagCount: 0,
    copy: details?.copy,
    shown: details?.shown ?? {},
    ...(keys === undefined ? {} : { keys }),
  };
}
