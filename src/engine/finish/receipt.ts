import type { CopyMethod, Receipt, ReceiptOrigin } from "../../intent";
import { INTENT_VERSION } from "../../intent";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { DestinationBlob } from "../ports/blob-store";

export interface ReceiptRequest {
  readonly destination: DestinationBlob;
  readonly now: BlobProperties;
  readonly source: SourceProperties | undefined;
  readonly method: CopyMethod;
  readonly copyId: string;
  /** undefined while the copy is pending. */
  readonly completedOn: Date | undefined;
  readonly origin: ReceiptOrigin;
}

/** The result of a copy as the service shows it now. */
export function receiptOf({ destination, now, source, method, copyId, completedOn, origin }: ReceiptRequest): Receipt {
  return {
    version: INTENT_VERSION,
    destinationUrl: destination.url,
    etag: now.etag,
    versionId: now.versionId ?? "",
    copyId,
    copyStatus: completedOn === undefined ? "pending" : "success",
    bytesCopied: completedOn === undefined ? 0 : now.length,
    lastModified: now.lastModified.toISOString(),
    contentMd5: now.contentMd5 ?? "",
    method,
    completedOn: completedOn?.toISOString() ?? "",
    destinationSnapshot: (completedOn && now.copy?.destinationSnapshot) ?? "",
    sourceEtag: source?.etag ?? "",
    origin,
  };
}
