/**
 * Result of one copy, as values that the deploy will know (tokens). A resource that uses one of
 * them waits for the copy.
 */
export interface ICopyResult {
  /** URL of the destination, without any query. */
  readonly destinationUrl: string;
  /** ETag of the destination after the copy (`ETag`), quoted as the service returns it. */
  readonly etag: string;
  /**
   * Id of the version that the copy made (`x-ms-version-id`). Empty in an account without
   * versioning.
   */
  readonly versionId: string;
  /** Id of the copy (`x-ms-copy-id`). Empty for methods without such an id. */
  readonly copyId: string;
  /**
   * Status of the copy (`x-ms-copy-status`): `success`, or possibly `pending` with `wait: false`.
   */
  readonly copyStatus: string;
  /** Length of the destination in bytes, 0 while the copy is pending. */
  readonly bytesCopied: number;
  /** Time at which the destination was last modified (`Last-Modified`): ISO 8601, UTC. */
  readonly lastModified: string;
  /** MD5 of the content (`Content-MD5`), Base64. Empty if the service does not keep one. */
  readonly contentMd5: string;
  /**
   * Method that copied the blob. `auto` if the destination was already as declared, and its method
   * is unknown.
   */
  readonly method: string;
  /** Time at which the copy was completed: ISO 8601, UTC. Empty while it is pending. */
  readonly completedOn: string;
  /**
   * Snapshot of the destination that an incremental copy has made
   * (`x-ms-copy-destination-snapshot`). Read the chain by its snapshots: add `?snapshot=` and this
   * value to `destinationUrl`. Empty for other methods, and while the copy is pending.
   */
  readonly destinationSnapshot: string;
}

/** Type of each attribute's value at deploy. */
export const RESULT_ATTRIBUTES = {
  destinationUrl: "text",
  etag: "text",
  versionId: "text",
  copyId: "text",
  copyStatus: "text",
  bytesCopied: "number",
  lastModified: "text",
  contentMd5: "text",
  method: "text",
  completedOn: "text",
  destinationSnapshot: "text",
} as const satisfies Readonly<Record<keyof ICopyResult, "text" | "number">>;
