import type { CopyIntent, CopyStatus } from "../intent";
import type { EventSink } from "../report/events";
import { abortCopy } from "./abort";
import type { BlobStore } from "./blob-store";
import type { Clock } from "./clock";
import { explain } from "./explain";
import { sameSource } from "./same-source";

/** What the service says of one declared copy. */
export interface CopyStatusReport {
  readonly destination: string;
  readonly exists: boolean;
  readonly length?: number;
  readonly etag?: string;
  readonly copyId?: string;
  readonly copyStatus?: CopyStatus;
  readonly copySource?: string;
  readonly bytesCopied?: number;
  readonly bytesTotal?: number;
  readonly statusDescription?: string;
  /** A pending or past copy from the declared source. */
  readonly fromDeclaredSource?: boolean;
}

export interface StatusContext {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
}

/** Get Blob Properties of each destination. */
export async function copyStatuses(intent: CopyIntent, { store }: StatusContext): Promise<readonly CopyStatusReport[]> {
  return Promise.all(
    intent.copies.map(async (copy): Promise<CopyStatusReport> => {
      const destination = store.destination(copy.destination);
      const source = store.source(copy.source);
      const now = await destination.getProperties().catch((error: unknown) => {
        throw explain(error, `Cannot look at the destination ${destination.url}`);
      });
      if (now === undefined) return { destination: destination.url, exists: false };
      if (now.copy === undefined) return { destination: destination.url, exists: true, length: now.length, etag: now.etag };
      return {
        destination: destination.url,
        exists: true,
        length: now.length,
        etag: now.etag,
        copyId: now.copy.id,
        copyStatus: now.copy.status,
        copySource: now.copy.source,
        ...(now.copy.bytesCopied === undefined ? {} : { bytesCopied: now.copy.bytesCopied }),
        ...(now.copy.bytesTotal === undefined ? {} : { bytesTotal: now.copy.bytesTotal }),
        ...(now.copy.statusDescription === undefined ? {} : { statusDescription: now.copy.statusDescription }),
        fromDeclaredSource: sameSource(now.copy.source, source.url),
      };
    }),
  );
}

/** Abort Copy Blob on every pending copy from a declared source; copies of others are left alone. Gives what was aborted. */
export async function abortCopies(intent: CopyIntent, context: StatusContext): Promise<readonly CopyStatusReport[]> {
  const statuses = await copyStatuses(intent, context);
  const aborted: CopyStatusReport[] = [];
  for (const [index, status] of statuses.entries()) {
    const declaration = intent.copies[index];
    if (declaration === undefined || status.copyStatus !== "pending" || status.copyId === undefined || status.fromDeclaredSource !== true)
      continue;
    const destination = context.store.destination(declaration.destination);
    const ended = await abortCopy({
      destination,
      copyId: status.copyId,
      leaseId: declaration.destinationLeaseId,
      clock: context.clock,
    }).catch((error: unknown) => {
      throw explain(error, `Cannot abort copy ${status.copyId ?? ""} to ${status.destination}`);
    });
    if (ended === "ended") continue;
    context.emit({ type: "copy-aborted", destination: status.destination, copyId: status.copyId });
    aborted.push({ ...status, copyStatus: "aborted" });
  }
  return aborted;
}
