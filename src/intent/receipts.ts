/**
 * The results that the program returns to Terraform. Part of the contract, and dependency-free like
 * all of it.
 */

import type { CopyMethod } from "./option-values";

/**
 * Raised when an intent or a receipt changes incompatibly. The program refuses an intent of another
 * version.
 */
export const INTENT_VERSION = 1;

/** Copy status of the service, as in `x-ms-copy-status`. */
export type CopyStatus = "pending" | "success" | "aborted" | "failed";

/** Whether this deployment wrote the destination, or found it as declared. */
export type ReceiptOrigin = "copied" | "found";

/** The result of one copy. Strings are empty where the service returned no value. */
export interface Receipt {
  readonly version: typeof INTENT_VERSION;
  /** Without any query. */
  readonly destinationUrl: string;
  /** Quoted, as the service returns it. */
  readonly etag: string;
  readonly versionId: string;
  /** Empty for methods without a copy id. */
  readonly copyId: string;
  readonly copyStatus: CopyStatus;
  /** Length of the destination, bytes (0 while pending). */
  readonly bytesCopied: number;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
  /** Base64. */
  readonly contentMd5: string;
  readonly method: CopyMethod;
  /** ISO 8601, UTC; empty while pending. */
  readonly completedOn: string;
  /**
   * Snapshot of the destination that an incremental copy made; empty for other methods, and while
   * pending.
   */
  readonly destinationSnapshot: string;
  /** ETag of the source that was copied; empty where the source has none. */
  readonly sourceEtag: string;
  /** Absent in receipts of earlier versions. A destination that was found is never deleted. */
  readonly origin?: ReceiptOrigin;
}

/** The result of one blob of a set: a line of the manifest-out file. */
export interface BlobResult {
  readonly key: string;
  /** Without any query. */
  readonly source: string;
  readonly destination: string;
  readonly status: "copied" | "skipped" | "failed" | "pruned" | "rolled-back";
  /** Quoted; empty where nothing was written. */
  readonly etag: string;
  readonly versionId: string;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly method: CopyMethod;
  /** Reason for a skip or a failure, with the remedy; empty otherwise. */
  readonly detail: string;
}

/** The result of a copy set. */
export interface SetReceipt {
  readonly version: typeof INTENT_VERSION;
  readonly total: number;
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  readonly pruned: number;
  /** Bytes of the blobs that were copied. */
  readonly bytesCopied: number;
  /** ISO 8601, UTC. */
  readonly completedOn: string;
  /** Receipts of the keys in `resultKeys`. */
  readonly results: Readonly<Record<string, Receipt>>;
}
