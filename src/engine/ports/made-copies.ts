import type { CopyMethod } from "../../intent";

/** A copy that a run completed, or left pending as declared. */
export interface MadeCopy {
  /** Destination URL without its query. */
  readonly destination: string;
  readonly owner: string;
  /** See {@link SourceObject.identity}. */
  readonly source: string;
  /** ETag of the source; empty if it has none. */
  readonly sourceEtag: string;
  /** ETag of the destination. */
  readonly etag: string;
  readonly copyId: string;
  /**
   * The copy had not ended when this was noted, so the destination's ETag is another one by now.
   * Absent in notes of earlier versions.
   */
  readonly isPending?: boolean;
  readonly method: CopyMethod;
}

/**
 * Copies that the runs on this machine made, one note per destination. A note proves ownership
 * where nothing on the service does. A machine without a note treats an existing blob as another
 * client's.
 */
export interface MadeCopies {
  read(destination: string): MadeCopy | undefined;
  write(copy: MadeCopy): void | Promise<void>;
}
