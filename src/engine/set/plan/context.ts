import type { BlobResult, SetReceipt } from "../../../intent";
import type { EventSink } from "../../ports/events";
import type { BlobStore } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { ListedJournal } from "../../ports/journal";
import type { MadeCopies } from "../../ports/made-copies";
import type { BlobContainers } from "../../ports/blob-container";
import type { SetLog } from "../../ports/set-log";

/** The interfaces to the world that a set needs. */
export interface SetContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: ListedJournal;
  /** Notes of copies from sources that no listing shows, where times prove nothing. */
  readonly made?: MadeCopies | undefined;
  /** For an atomic set. */
  readonly log: SetLog;
  /** Aborted, with a CopyFailure as its reason, when the deploy ends before the set does. */
  readonly signal: AbortSignal;
  /**
   * Reads the manifest's lines until `stop` is aborted. `file` is relative to Terraform's working
   * directory.
   */
  readonly manifestLines: (file: string, stop: AbortSignal) => AsyncIterable<string>;
  /** Called with the result of each blob; absent if the caller does not need the results. */
  readonly observe?: (result: BlobResult) => void;
  /**
   * Makes the result durable. A set whose results are lost fails. An atomic set that prunes
   * afterwards commits again.
   */
  commit(receipt: SetReceipt): void | Promise<void>;
}

/** The interfaces that planning a set needs. Planning writes nothing. */
export interface PlanContext extends Pick<SetContext, "store" | "clock" | "manifestLines"> {
  readonly signal: AbortSignal;
  /** True if an earlier run on this machine left an unsettled journal entry for a destination. */
  readonly isUnderWay?: ((destinationUrl: string) => boolean) | undefined;
  /** Called with the destination name of each source blob that is left out. */
  readonly onLeftOut?: ((destinationName: string) => void) | undefined;
  /**
   * True if the destination's listing must show the last copy of each blob even when the decision
   * does not need it; default false.
   */
  readonly showsCopies?: boolean;
}
