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
  /** false: a copy may be left pending, and nobody takes a mark off it. */
  readonly wait: boolean;
  readonly source: SourceProperties | undefined;
  readonly destination: DestinationBlob;
  /** The destination; undefined when it is absent. */
  readonly now: BlobProperties | undefined;
  readonly stop: AbortSignal;
}

/**
 * Whether what a method writes can carry our mark in its metadata until it is complete: only that proves who wrote it when the answer is
 * lost. The mark must come with metadata that is known, and it must be possible to take it off again; methods that write bit by bit have
 * no other way. Where nothing can fail once the destination is written, the one request more is not worth it.
 */
export async function canBeMarked(request: MarkRequest): Promise<boolean> {
  return (await markOf(request)) === "marked";
}

/** `not known`: by a service without Set Blob Metadata, which takes marks off. */
export async function markOf(request: MarkRequest): Promise<"marked" | "unmarked" | "not known"> {
  const { method, needsRestorePoint, declaration, owner, wait, source, destination, now, stop } = request;
  if (writesBitByBit(method)) return "marked";
  const metadata = declaration.metadata ?? takenMetadata(source);
  // An archived blob cannot be changed any more.
  const staysArchived = isForArchive(declaration) || (source?.tier === "Archive" && !awaitsRehydration(declaration));
  if (!needsRestorePoint || !wait || metadata === undefined || staysArchived) return "unmarked";
  if (!Object.values(metadata).every(isPrintable) || bytesOf({ ...metadata, ...unfinishedMark(owner) }) > MAX_METADATA_BYTES)
    return "unmarked";
  const mayBecomeImmutable = await destination.mayBecomeImmutable({ signal: stop });
  if (mayBecomeImmutable === "not known") return "not known";
  // A policy of a whole container would forbid to overwrite what is there.
  const staysChangeable = mayBecomeImmutable === "not told" ? now !== undefined && !isProtected(now.shown) : !mayBecomeImmutable;
  return staysChangeable ? "marked" : "unmarked";
}

function bytesOf(metadata: Readonly<Record<string, string>>): number {
  return Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}
