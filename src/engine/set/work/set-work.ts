import type { CopySet } from "../../../intent";
import type { CopyFailure } from "../../../failure/copy-failure";
import type { CopyRun } from "../../copy-run";
import type { BlobStore } from "../../ports/blob-store";
import type { ListedJournal } from "../../ports/journal";
import type { BlobContainers } from "../../ports/blob-container";
import type { SetLog } from "../../ports/set-log";
import type { RequestGate } from "../flow/request-gate";
import type { SetCounts, WrittenBlob } from "../outcome/set-counts";
import type { SetContext } from "../plan/context";
import type { PlannedBlob } from "../plan/planned-blob";
import type { RolesOfSet } from "./role-store";

export interface SetWorkRequest {
  readonly set: CopySet;
  readonly run: CopyRun & { readonly store: BlobStore & BlobContainers; readonly journal: ListedJournal };
  readonly gate: RequestGate;
  readonly roles: RolesOfSet;
  readonly counts: SetCounts;
  readonly log: SetLog;
  readonly manifestLines: SetContext["manifestLines"];
  /** Before a blob is written that nothing undoes if the machine is lost. */
  readonly beforeLasting: () => Promise<void>;
}

/** How the blobs of a plan are worked off. */
export interface SetWork {
  /** Blobs that were planned so far. */
  readonly total: number;
  /** Blobs that only wait for the commit of an atomic set. */
  readonly staged: number;
  readonly isPlanComplete: boolean;
  readonly isEnded: boolean;
  /** Why no further blob was started. */
  readonly endedBy: CopyFailure | undefined;
  /** Before anything is planned. */
  begin(): Promise<void>;
  /** Takes the next blobs of the plan. */
  add(blobs: readonly PlannedBlob[]): void | Promise<void>;
  /** Resolves when there is room for another page. */
  hasRoom(): Promise<void>;
  planIsComplete(): void;
  /** Starts nothing more. */
  end(): void;
  /** Resolves when nothing is under way any more; rejects with what broke the whole set. */
  finish(): Promise<void>;
  /** Right before the results are made safe: rejects when another run has undone this one meanwhile. */
  confirm(): Promise<void>;
  /** The results are safe: nothing will be undone any more. */
  settle(): Promise<void>;
  /** The set failed; does what its kind of set promises then. Returns whether nothing of it stays. */
  undo(failure: CopyFailure): Promise<boolean>;
}

/** A skipped blob's result is what is there. */
export function foundOf({ listed, options }: PlannedBlob): WrittenBlob {
  const { source, destination } = listed ?? {};
  return {
    etag: destination?.etag ?? "",
    versionId: undefined,
    lastModified: new Date(destination?.lastModified ?? 0),
    contentMd5: destination?.contentMd5,
    length: destination?.length ?? 0,
    method: options.method,
    copyId: "",
    sourceEtag: source?.etag ?? "",
  };
}
