import type { CopyDeclaration, CopyIntent, CopyStatus } from "../../intent";
import type { EventSink } from "../ports/events";
import { abortCopy } from "../undo/abort";
import type { BlobProperties } from "../ports/blob-properties";
import type { BlobStore } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import { explain } from "../../failure/explain";
import type { Journal } from "../ports/journal";
import type { MadeCopies } from "../ports/made-copies";
import { inspectDestination } from "../plan/inspect";
import { ownerOf } from "../recovery/ownership";
import { sameSource } from "../recovery/same-source";

/** State of one declared copy, as the service reports it. */
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
  /**
   * The pending or past copy is from the declared source; absent where the service does not show
   * its source.
   */
  readonly fromDeclaredSource?: boolean;
}

export interface AbortContext {
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  readonly journal: Journal;
  readonly made?: MadeCopies | undefined;
}

/** Get Blob Properties of each destination. */
export function copyStatuses(intent: CopyIntent, { store }: Pick<AbortContext, "store">): Promise<readonly CopyStatusReport[]> {
  return Promise.all(intent.copies.map((copy) => inspectCopy(copy, store)));
}

/** Get Blob Properties. */
export async function inspectCopy(copy: CopyDeclaration, store: BlobStore): Promise<CopyStatusReport> {
  const destination = store.destination(copy.destination);
  const now = await destination.getProperties().catch((error: unknown) => {
    throw explain(error, `Cannot read the destination ${destination.url}`);
  });
  return reportOf(destination.url, store.source(copy.source).url, now);
}

/**
 * Report for a destination's current properties; undefined for an absent one. A directory counts as
 * absent.
 */
export function reportOf(
  destination: string,
  declaredSource: string,
  now: Pick<BlobProperties, "length" | "etag" | "copy" | "isDirectory"> | undefined,
): CopyStatusReport {
  if (now === undefined || now.isDirectory === true) return { destination, exists: false };
  const { length, etag, copy } = now;
  if (copy === undefined) return { destination, exists: true, length, etag };
  return {
    destination,
    exists: true,
    length,
    etag,
    copyId: copy.id,
    copyStatus: copy.status,
    copySource: copy.source,
    ...(copy.bytesCopied === undefined ? {} : { bytesCopied: copy.bytesCopied }),
    ...(copy.bytesTotal === undefined ? {} : { bytesTotal: copy.bytesTotal }),
    ...(copy.statusDescription === undefined ? {} : { statusDescription: copy.statusDescription }),
    ...(copy.source === "" ? {} : { fromDeclaredSource: sameSource(copy.source, declaredSource) }),
  };
}

/**
 * Abort Copy Blob on every pending copy of this deployment from a declared source. Returns the
 * aborted copies.
 */
export async function abortCopies(intent: CopyIntent, context: AbortContext): Promise<readonly CopyStatusReport[]> {
  const statuses = await copyStatuses(intent, context);
  const aborted: CopyStatusReport[] = [];
  for (const [index, status] of statuses.entries()) {
    const declaration = intent.copies[index];
    const ended = declaration && (await abortReported(status, declaration, ownerOf(intent), context));
    if (ended !== undefined) aborted.push(ended);
  }
  return aborted;
}

/**
 * Abort Copy Blob, if a copy from the declared source is pending and this deployment provably
 * started it. A pending copy of unknown origin is only reported. Returns undefined if nothing was
 * aborted.
 */
export async function abortReported(
  status: CopyStatusReport,
  declaration: CopyDeclaration,
  owner: string,
  { store, clock, emit, signal, journal, made }: AbortContext,
): Promise<CopyStatusReport | undefined> {
  const { copyId } = status;
  if (status.copyStatus !== "pending" || copyId === undefined || status.fromDeclaredSource === false) return undefined;
  const destination = store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
  const source = store.source(declaration.source);
  const found = await inspectDestination({ declaration, owner, source, destination, journal, made, emit, stop: signal });
  if (found.pending?.copyId !== copyId) return undefined;
  if (found.pending.startedBy !== "ours") {
    const text = `${status.destination}: copy ${copyId} is pending. Nothing proves here that this deployment started it, so it is not aborted; the client that started it can abort it by this id`;
    emit({ type: "warning", text });
    return undefined;
  }
  const ended = await abortCopy({ destination: destination.byAnyCredential(), copyId, clock }).catch((error: unknown) => {
    throw explain(error, `Cannot abort copy ${copyId} to ${status.destination}`);
  });
  if (ended === "ended") return undefined;
  emit({ type: "copy-aborted", destination: status.destination, copyId });
  return { ...status, copyStatus: "aborted" };
}
