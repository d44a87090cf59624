import type { CopySet } from "../../../intent";
import type { CopyFailure } from "../../../failure/copy-failure";
import type { CopyRun } from "../../copy-run";
import type { BlobStore } from "../../ports/blob-store";
import type { ListedJournal } from "../../ports/journal";
import type { BlobContainers } from "../../ports/blob-container";
import type { SetLog } from "../../ports/set-log";
import type { RequestGate } from "../flow/request-gate";
import type { BlobOutcomes, WrittenBlob } from "../outcome/blob-outcomes";
import type { SetContext } from "../plan/context";
import type { PlannedBlob } from "../plan/planned-blob";
import type { RolesOfSet } from "./role-store";

export interface SetWorkRequest {
  readonly set: CopySet;
  readonly run: CopyRun & { readonly store: BlobStore & BlobContainers; readonly journal: ListedJournal };
  readonly gate: RequestGate;
  readonly roles: RolesOfSet;
  readonly counts: BlobOutcomes;
  readonly log: SetLog;
  readonly manifestLines: SetContext["manifestLines"];
  /** Called before a blob is written that would not be undone if the machine were lost. */
  readonly beforeLasting: () => Promise<void>;
}

/** Executes the plan of a set. */
export interface SetWork {
  /** Blobs planned so far. */
  readonly total: number;
  /** Blobs of an atomic set that only wait for the commit. */
  readonly staged: number;
  readonly isPlanComplete: boolean;
  readonly isEnded: boolean;
  /** The failure after which no further blob was started. */
  readonly endedBy: CopyFailure | undefined;
  /** Called before anything is planned. */
  begin(): Promise<void>;
  /** Takes the next blobs of the plan. */
  add(blobs: readonly PlannedBlob[]): void | Promise<void>;
  /** Resolves when there is room for another page. */
  hasRoom(): Promise<void>;
  planIsComplete(): void;
  /** Starts no further blob. */
  end(): void;
  /**
   * Resolves when no blob is in progress any more. Rejects with an error that broke the whole set.
   */
  finish(): Promise<void>;
  /**
   * Called right before the results are made durable. Rejects when another run has undone this one
   * meanwhile.
   */
  confirm(): Promise<void>;
  /** Called when the results are durable: nothing will be undone any more. */
  settle(): Promise<void>;
  /**
   * Called when the set failed. Does what this kind of set promises for a failure. Returns true if
   * nothing of the set stays.
   */
  undo(failure: CopyFailure): Promise<boolean>;
}

/** The result of a skipped blob describes the blob that is there. */
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
