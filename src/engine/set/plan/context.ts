import type { BlobResult, SetReceipt } from "../../../intent";
import type { EventSink } from "../../ports/events";
import type { BlobStore } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { ListedJournal } from "../../ports/journal";
import type { MadeCopies } from "../../ports/made-copies";
import type { BlobContainers } from "../../ports/blob-container";
import type { SetLog } from "../../ports/set-log";

/** What a set needs of the world. */
export interface SetContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: ListedJournal;
  /** What was copied from sources that no listing shows, where times prove nothing. */
  readonly made?: MadeCopies | undefined;
  /** Of an atomic set. */
  readonly log: SetLog;
  /** Aborted, with a CopyFailure as its reason, when the deploy ends before the set does. */
  readonly signal: AbortSignal;
  /** The lines of the manifest, which is named relative to Terraform's working directory, until `stop` is aborted. */
  readonly manifestLines: (file: string, stop: AbortSignal) => AsyncIterable<string>;
  /** Told what became of each blob; absent while nobody wants to know. */
  readonly observe?: (result: BlobResult) => void;
  /** Makes the result durable; a set whose results are lost fails. An atomic set that prunes afterwards commits once more. */
  commit(receipt: SetReceipt): void | Promise<void>;
}

/** What planning a set needs; nothing is written for it. */
export interface PlanContext extends Pick<SetContext, "store" | "clock" | "manifestLines"> {
  readonly signal: AbortSignal;
  /** Whether an earlier run on this machine noted a destination, and did not come to its end with it. */
  readonly isUnderWay?: ((destinationUrl: string) => boolean) | undefined;
  /** Told the destination names of source blobs that are left out. */
  readonly onLeftOut?: ((destinationName: string) => void) | undefined;
  /** Whether what is listed at a destination tells of its last copy whatever the decision needs; default false. */
  readonly showsCopies?: boolean;
}
