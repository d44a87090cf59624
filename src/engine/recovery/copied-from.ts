import type { CopyProperties } from "../ports/blob-properties";
import { isSameCopyId } from "../../util/same/same-copy-id";

/** What the journal or the memory of this machine has of a copy. */
interface NoteOfCopy {
  readonly copyId?: string;
  /** See {@link SourceObject.identity}. */
  readonly source: string;
}

/**
 * What a copy at a destination has copied: as the service shows it, or where it shows nothing, as a note of that very copy has it. Empty
 * where neither tells.
 */
export function copiedFrom(copy: CopyProperties, notes: readonly (NoteOfCopy | undefined)[]): string {
  if (copy.source !== "") return copy.source;
  return notes.find((note) => isSameCopyId(note?.copyId, copy.id))?.source ?? "";
}
