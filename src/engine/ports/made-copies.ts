import type { CopyMethod } from "../../intent";

/** A copy that a run completed, or left pending as declared. */
export interface MadeCopy {
  /** Destination URL without its query. */
  readonly destination: string;
  readonly owner: string;
  /** See {@link SourceObject.identity}. */
  readonly source: string;
  /** Of the source; empty where it gives none. */
  readonly sourceEtag: string;
  /** Of the destination. */
  readonly etag: string;
  readonly copyId: string;
  /** It had not ended when this was noted, so that `etag` is another one by now. Absent in what earlier versions noted. */
  readonly isPending?: boolean;
  readonly method: CopyMethod;
}

/**
 * What the runs on this machine made, one note per destination. It proves ownership where nothing is left on the service; a
 * machine that has no note takes what it finds for somebody else's.
 */
export interface MadeCopies {
  read(destination: string): MadeCopy | undefined;
  write(copy: MadeCopy): void | Promise<void>;
}
