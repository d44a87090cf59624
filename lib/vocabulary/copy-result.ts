/** What came of one copy, as Terraform values. Whoever uses one waits for the copy. */
export interface ICopyResult {
  /** URL of the destination, without any query. */
  readonly destinationUrl: string;
  /** ETag of the destination after the copy (`ETag`), quoted as the service returns it. */
  readonly etag: string;
  /** Version that the copy made (`x-ms-version-id`). Empty in an account without versioning. */
  readonly versionId: string;
  /** Id of the copy (`x-ms-copy-id`). Empty for methods that have none. */
  readonly copyId: string;
  /** `success`, or, with `wait: false`, perhaps `pending` (`x-ms-copy-status`). */
  readonly copyStatus: string;
  /** Length of the destination in bytes, 0 while the copy is pending. */
  readonly bytesCopied: number;
  /** When the destination was last modified (`Last-Modified`): ISO 8601, UTC. */
  readonly lastModified: string;
  /** MD5 of the content (`Content-MD5`), Base64. Empty where the service keeps none. */
  readonly contentMd5: string;
  /** The method that was used. `auto` where the destination was found as declared, and nothing is known of how it was made. */
  readonly method: string;
  /** When the copy was completed: ISO 8601, UTC. Empty while it is pending. */
  readonly completedOn: string;
  /**
   * Snapshot of the destination that an incremental copy has made (`x-ms-copy-destination-snapshot`): the chain is read by its snapshots, as
   * `destinationUrl` with `?snapshot=` and this. Empty for other methods, and while the copy is pending.
   */
  readonly destinationSnapshot: string;
}

/** What the deploy has of each. */
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
