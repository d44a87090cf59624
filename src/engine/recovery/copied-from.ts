import type { CopyProperties } from "../ports/blob-properties";
import { isSameCopyId } from "../../util/same/same-copy-id";

/** Note of a copy in the journal or the memory of this machine. */
interface NoteOfCopy {
  readonly copyId?: string;
  /** See {@link SourceObject.identity}. */
  readonly source: string;
}

/**
 * Source of a copy at a destination, as the service shows it. Where the service does not show it,
 * the source is taken from a note with the same copy id. Empty where neither is known.
 */
export function copiedFrom(copy: CopyProperties, notes: readonly (NoteOfCopy | undefined)[]): string {
  if (copy.source !== "") return copy.source;
  return notes.find((note) => isSameCopyId(note?.copyId, copy.id))?.source ?? "";
}
