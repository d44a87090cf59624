import type { ConditionsReference, CopyDeclaration, CopyMethod, CopyStatus, ReceiptOrigin } from "../../../intent";
import type { EventSink } from "../../ports/events";
import type { BlobProperties, SourceProperties } from "../../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../../ports/blob-store";
import type { ReadableSource, StartedCopy } from "../../ports/requests";
import type { Clock } from "../../ports/clock";
import type { JournalEntry } from "../../ports/journal";
import { awaitsRehydration, needsRestorePoint } from "./traits";

/** The input of a copy method. */
export interface MethodRun {
  readonly declaration: CopyDeclaration;
  /** Owner of an unfinished blob, see {@link ownerOf}. */
  readonly owner: string;
  readonly source: SourceObject;
  readonly sourceProperties: SourceProperties | undefined;
  /** The source cannot change while it is read. */
  readonly isPinned: boolean;
  /** The method's blob carries our mark until it is complete, which proves who wrote it. */
  readonly isMarked: boolean;
  /** The copy may be undone after its end, by a process that knows only the notes. */
  readonly mayBeUndoneLater: boolean;
  /** Lease id for the last write of a copy that may be undone later; undefined for a random id. */
  readonly lastWriteLease: string | undefined;
  readonly destination: DestinationBlob;
  readonly readable: ReadableSource;
  /** Includes the source's ETag where it can be pinned. */
  readonly sourceConditions: ConditionsReference | undefined;
  /** Guards the state that the restore point holds. */
  readonly destinationConditions: ConditionsReference | undefined;
  /** Tags that go with the request; where the declared tags do not fit, the unfinished mark. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Requests for blocks or pages at the same time. */
  readonly concurrency: number;
  /** ETag of the destination; undefined when it was absent. */
  readonly etagBefore: string | undefined;
  /** Copy id that the destination carried before. */
  readonly copyIdBefore: string | undefined;
  /** Notes of an earlier slice of this copy about this method; undefined where there are none. */
  readonly earlier: JournalEntry | undefined;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** Aborted with the reason why the copy must end. */
  readonly stop: AbortSignal;
  /**
   * Notes a step before or after it is taken. `touched: false` takes back the note of a write that
   * was refused.
   */
  note(change: Partial<JournalEntry>): Promise<void>;
  /** A start that is not answered yet may still take effect, so a rollback has to wait for it. */
  startIsInFlight(start: Promise<StartedCopy>): void;
}

export interface MethodResult {
  readonly status: CopyStatus;
  /** Empty for methods without one. */
  readonly copyId: string;
  /** ETag of the destination, from the response. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly versionId: string | undefined;
  readonly contentMd5: string | undefined;
  /**
   * `found`: the response was lost, and another client could have written the same blob just then.
   * Absent: the service confirmed that we wrote it.
   */
  readonly origin?: ReceiptOrigin;
}

/**
 * Result of a request whose response was lost, from the properties of the destination. Our mark
 * proves that the request was ours.
 */
export function resultOf({ isMarked }: Pick<MethodRun, "isMarked">, now: BlobProperties): MethodResult {
  const { etag, lastModified, versionId, contentMd5 } = now;
  const result = { etag, lastModified, versionId, contentMd5, status: "success", copyId: "" } as const;
  return isMarked ? result : { ...result, origin: "found" };
}

/**
 * Whether the method's own request completes the copy: the destination was never incomplete,
 * carries no mark to remove, and no later check can fail.
 */
export function isCompleteAtOnce({ declaration, isMarked, isPinned, sourceProperties }: MethodRun, method: CopyMethod): boolean {
  return !isMarked && !needsRestorePoint(method, declaration, isPinned, sourceProperties);
}

/**
 * The copy ends when its destination is online. That takes hours, so the end of this run must not
 * undo it.
 */
export function takesHours({ declaration, sourceProperties }: Pick<MethodRun, "declaration" | "sourceProperties">): boolean {
  return awaitsRehydration(declaration) && sourceProperties?.tier === "Archive";
}

/**
 * Notes the service's response. A result that was only found is not noted: a rollback must not take
 * it for ours.
 */
export async function noteResult(
  run: Pick<MethodRun, "note" | "declaration" | "sourceProperties">,
  { origin, etag, copyId }: MethodResult,
  complete?: boolean,
): Promise<void> {
  if (origin === "found") return;
  await run.note({
    etag,
    ...(copyId === "" ? {} : { copyId }),
    ...(complete === undefined ? {} : { complete }),
    ...(copyId !== "" && takesHours(run) ? { isRehydrating: true } : {}),
  });
}
