import type { BlobProperties } from "../ports/blob-properties";
import type { MadeCopies, MadeCopy } from "../ports/made-copies";
import { hasItsLength, isUnchangedSinceCopied } from "./ownership";
import { isSameCopyId } from "../../util/same/same-copy-id";

/**
 * Result of comparing a destination with this deployment's memory. `this copy`: this deployment
 * made it from this state of this source, as both ETags prove. `this source`: the same, but the
 * source has no ETag. `another`: another client has written it since, or it was made from another
 * source or from another state of this source. `nothing`: this machine has no note of it.
 */
export type Memory = "this copy" | "this source" | "another" | "nothing";

export interface Remembered {
  readonly memory: Memory;
  /** Note of the copy that made the destination's current content. */
  readonly made: MadeCopy | undefined;
}

export interface MemoryRequest {
  readonly copies: MadeCopies | undefined;
  readonly owner: string;
  readonly source: { readonly identity: string };
  /** ETag of the source; undefined where it has none or cannot be read. */
  readonly sourceEtag: string | undefined;
  readonly destination: { readonly url: string };
  /** Current properties of the destination. */
  readonly now: BlobProperties;
}

/** The blob was not written after its copy ended, as far as times in whole seconds show. */
function isAsItEnded(now: BlobProperties): boolean {
  return isUnchangedSinceCopied(now) && hasItsLength(now);
}

export function remember({ copies, owner, source, sourceEtag = "", destination, now }: MemoryRequest): Remembered {
  const note = copies?.read(destination.url);
  if (note?.owner !== owner) return { memory: "nothing", made: undefined };
  const isTheSame = note.etag === now.etag || (note.isPending !== false && isSameCopyId(note.copyId, now.copy?.id) && isAsItEnded(now));
  if (!isTheSame) return { memory: "another", made: undefined };
  if (note.source !== source.identity) return { memory: "another", made: note };
  if (sourceEtag === "" || note.sourceEtag === "") return { memory: "this source", made: note };
  return { memory: note.sourceEtag === sourceEtag ? "this copy" : "another", made: note };
}
