import { isSameCopyId } from "../../util/same/same-copy-id";
import type { BlobProperties, SourceProperties } from "../ports/blob-properties";
import type { JournalEntry } from "../ports/journal";
import type { MadeCopy } from "../ports/made-copies";

/** More than whole seconds and the clocks of two accounts differ by. */
const LATER_MILLISECONDS = 2_000;

export interface PendingState {
  readonly source: SourceProperties | undefined;
  /** The destination, with the copy that is pending on it. */
  readonly now: BlobProperties;
  /** What this deployment noted of the destination. */
  readonly notes: readonly (JournalEntry | MadeCopy | undefined)[];
}

/**
 * Whether a pending copy was started before the source became what it is now. The service is recorded to fail a copy whose source it cannot
 * read as it was; that it does so whatever is written to the source is documented nowhere, so such a copy is not taken for the declared one.
 */
export function isOfEarlierState({ source, now, notes }: PendingState): boolean {
  if (now.copy?.status !== "pending" || source?.blobType === undefined) return false;
  const { id } = now.copy;
  const noted = notes.find((note) => isSameCopyId(note?.copyId, id) && note?.sourceEtag)?.sourceEtag;
  if (noted !== undefined && source.etag !== undefined) return noted !== source.etag;
  // The destination was last written when the copy was started, or later.
  return source.lastModified !== undefined && source.lastModified.getTime() >= now.lastModified.getTime() + LATER_MILLISECONDS;
}
