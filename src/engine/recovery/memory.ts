import type { BlobProperties } from "../ports/blob-properties";
import type { MadeCopies, MadeCopy } from "../ports/made-copies";
import { hasItsLength, isUnchangedSinceCopied } from "./ownership";
import { isSameCopyId } from "../../util/same/same-copy-id";

/**
 * What this deployment remembers of a destination. `this copy`: it made it from this very source, as both ETags prove; `this
 * source`: the same, where the source has no ETag; `another`: somebody wrote it since, or it was made from another source, or
 * from another state of this one; `nothing`: this machine has no note of it.
 */
export type Memory = "this copy" | "this source" | "another" | "nothing";

export interface Remembered {
  readonly memory: Memory;
  /** The note of the copy that made the destination what it is. */
  readonly made: MadeCopy | undefined;
}

export interface MemoryRequest {
  readonly copies: MadeCopies | undefined;
  readonly owner: string;
  readonly source: { readonly identity: string };
  /** Of the source; undefined where it has none, or cannot be seen. */
  readonly sourceEtag: string | undefined;
  readonly destination: { readonly url: string };
  /** The destination. */
  readonly now: BlobProperties;
}

/** Nobody has written it since its copy ended, as far as whole seconds tell. */
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
