import type { CopyIntent } from "../intent";
import type { BlobStore } from "./ports/blob-store";
import type { Clock } from "./ports/clock";
import type { EventSink } from "./ports/events";
import type { Journal } from "./ports/journal";
import type { MadeCopies } from "./ports/made-copies";
import type { Deadline } from "./watch/deadline";

/** Everything that one copy is made with. */
export interface CopyRun {
  readonly intent: CopyIntent;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: Journal;
  readonly made?: MadeCopies | undefined;
  readonly deadline: Deadline;
  /** See {@link RecordRun}. */
  readonly keepsRestorePoint?: boolean;
  /** Id of the lease, see {@link LastWriteRequest}. */
  readonly lastWriteLease?: string;
  /**
   * This run continues the copy of the journal: a step that the journal notes as started is not
   * started again. Default false.
   */
  readonly goesOn?: boolean;
  /**
   * The copy waits for a role that was assigned only recently to take effect; default true. A set
   * waits as a whole.
   */
  readonly waitsForRole?: boolean;
}
