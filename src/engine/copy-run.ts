import type { CopyIntent } from "../intent";
import type { BlobStore } from "./ports/blob-store";
import type { Clock } from "./ports/clock";
import type { EventSink } from "./ports/events";
import type { Journal } from "./ports/journal";
import type { MadeCopies } from "./ports/made-copies";
import type { Deadline } from "./watch/deadline";

/** What one copy is made with. */
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
  /** See {@link LastWriteRequest}: id of its lease. */
  readonly lastWriteLease?: string;
  /** The journal is of this very copy, which goes on: what it notes to have started is not started again; default false. */
  readonly goesOn?: boolean;
  /** Whether it waits for a role that was assigned just now; default true. A set waits as a whole. */
  readonly waitsForRole?: boolean;
}
