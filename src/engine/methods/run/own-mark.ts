import { isProtected } from "../../recovery/protection";
import { type CopyDeclaration, type CopyMethod, isPrintable, MAX_METADATA_BYTES } from "../../../intent";
import type { BlobProperties, SourceProperties } from "../../ports/blob-properties";
import type { DestinationBlob } from "../../ports/blob-store";
import { unfinishedMark } from "../../recovery/marks";
import { awaitsRehydration, isForArchive, writesBitByBit } from "./traits";
import { takenMetadata } from "./written-properties";

export interface MarkRequest {
  readonly method: CopyMethod;
  /** See {@link needsRestorePoint}. */
  readonly needsRestorePoint: boolean;
  readonly declaration: CopyDeclaration;
  readonly owner: string;
  /** false: a copy may be left pending, and then its mark is never removed. */
  readonly wait: boolean;
  readonly source: SourceProperties | undefined;
  readonly destination: DestinationBlob;
  /** The destination; undefined when it is absent. */
  readonly now: BlobProperties | undefined;
  readonly stop: AbortSignal;
}

/**
 * Whether the blob that a method writes can carry our mark in its metadata until it is complete.
 * Only the mark proves who wrote it when the response is lost. The metadata that goes with the mark
 * must be known, and the mark must be removable; methods that write bit by bit have no other way.
 * Where nothing can fail after the destination is written, the extra request is not worth it.
 */
export async function canBeMarked(request: MarkRequest): Promise<boolean> {
  return (await markOf(request)) === "marked";
}

/** `not known`: the service does not know Set Blob Metadata, which removes marks. */
export async function markOf(request: MarkRequest): Promise<"marked" | "unmarked" | "not known"> {
  const { method, needsRestorePoint, declaration, owner, wait, source, destination, now, stop } = request;
  if (writesBitByBit(method)) return "marked";
  const metadata = declaration.metadata ?? takenMetadata(source);
  // An archived blob can no longer be changed.
  const staysArchived = isForArchive(declaration) || (source?.tier === "Archive" && !awaitsRehydration(declaration));
  if (!needsRestorePoint || !wait || metadata === undefined || staysArchived) return "unmarked";
  if (!Object.values(metadata).every(isPrintable) || bytesOf({ ...metadata, ...unfinishedMark(owner) }) > MAX_METADATA_BYTES)
    return "unmarked";
  const mayBecomeImmutable = await destination.mayBecomeImmutable({ signal: stop });
  if (mayBecomeImmutable === "not known") return "not known";
  // A policy on the whole container would also forbid the overwrite of an existing blob.
  const staysChangeable = mayBecomeImmutable === "not told" ? now !== undefined && !isProtected(now.shown) : !mayBecomeImmutable;
  return staysChangeable ? "marked" : "unmarked";
}

function bytesOf(metadata: Readonly<Record<string, string>>): number {
  return Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}
