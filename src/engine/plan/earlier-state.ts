import { isSameCopyId } from "../../util/same/same-copy-id";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { JournalEntry } from "../ports/journal";
import type { MadeCopy } from "../ports/made-copies";

/** More than the rounding to whole seconds and the clock difference of two accounts. */
const LATER_MILLISECONDS = 2_000;

export interface PendingState {
  readonly source: SourceProperties | undefined;
  /** The destination, with its pending copy. */
  readonly now: BlobProperties;
  /** Notes of this deployment about the destination. */
  readonly notes: readonly (JournalEntry | MadeCopy | undefined)[];
}

/**
 * Whether a pending copy was started before the last change of its source. The service is recorded
 * to fail a copy whose source it can no longer read as it was. No document says that it does so
 * after every change, so such a copy is not taken for the declared one.
 */
export function isOfEarlierState({ source, now, notes }: PendingState): boolean {
  if (now.copy?.status !== "pending" || source?.blobType === undefined) return false;
  const { id } = now.copy;
  const noted = notes.find((note) => isSameCopyId(note?.copyId, id) && note?.sourceEtag)?.sourceEtag;
  if (noted !== undefined && source.etag !== undefined) return noted !== source.etag;
  // The last write of the destination was the start of the copy, or a later one.
  return source.lastModified !== undefined && source.lastModified.getTime() >= now.lastModified.getTime() + LATER_MILLISECONDS;
}
