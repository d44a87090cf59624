import type { ConditionsReference, CopyDeclaration, CopyMethod, CopyStatus, ReceiptOrigin } from "../../../intent";
import type { EventSink } from "../../ports/events";
import type { BlobProperties, SourceProperties } from "../../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../../ports/blob-store";
import type { ReadableSource, StartedCopy } from "../../ports/requests";
import type { Clock } from "../../ports/clock";
import type { JournalEntry } from "../../ports/journal";
import { awaitsRehydration, needsRestorePoint } from "./traits";

/** What a copy method gets to work with. */
export interface MethodRun {
  readonly declaration: CopyDeclaration;
  /** Construct path: signs what is unfinished. */
  readonly owner: string;
  readonly source: SourceObject;
  readonly sourceProperties: SourceProperties | undefined;
  /** The source cannot change while it is read. */
  readonly isPinned: boolean;
  /** What the method writes carries our mark until all of it is there, which proves who wrote it. */
  readonly isMarked: boolean;
  /** By a process that knows of it what was noted, and nothing else. */
  readonly mayBeUndoneLater: boolean;
  /** Id of the lease for the last write of what may be; undefined for any. */
  readonly lastWriteLease: string | undefined;
  readonly destination: DestinationBlob;
  readonly readable: ReadableSource;
  /** With the source's ETag pinned, where it can be. */
  readonly sourceConditions: ConditionsReference | undefined;
  /** Guards the state that the restore point holds. */
  readonly destinationConditions: ConditionsReference | undefined;
  /** Tags that go with the request; for those that do not fit, the mark of what is unfinished. */
  readonly tags: Readonly<Record<string, string>> | undefined;
  /** Uncommitted blocks and pages at once. */
  readonly concurrency: number;
  /** Of the destination; undefined when it was absent. */
  readonly etagBefore: string | undefined;
  /** Copy id that the destination carried before. */
  readonly copyIdBefore: string | undefined;
  /** What a slice of this very copy noted before, of this method; undefined where this one is the first. */
  readonly earlier: JournalEntry | undefined;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** Aborted with the reason why the copy has to end. */
  readonly stop: AbortSignal;
  /**
   * Writes down what is about to be done, or was. `touched: false` takes back that a request would change something: it was
   * refused.
   */
  note(change: Partial<JournalEntry>): Promise<void>;
  /** A start that is not answered yet may still take effect, which a rollback has to wait for. */
  startIsInFlight(start: Promise<StartedCopy>): void;
}

export interface MethodResult {
  readonly status: CopyStatus;
  /** Empty for methods without one. */
  readonly copyId: string;
  /** Of the destination, as the service answered. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly versionId: string | undefined;
  readonly contentMd5: string | undefined;
  /** `found`: the answer was lost, and somebody else could have written the same just then. Absent: the service said that it was us. */
  readonly origin?: ReceiptOrigin;
}

/** What a look at the destination tells of a request whose answer was lost; our mark on it proves that it was ours. */
export function resultOf({ isMarked }: Pick<MethodRun, "isMarked">, now: BlobProperties): MethodResult {
  const { etag, lastModified, versionId, contentMd5 } = now;
  const result = { etag, lastModified, versionId, contentMd5, status: "success", copyId: "" } as const;
  return isMarked ? result : { ...result, origin: "found" };
}

/** The method's own request leaves nothing to do: nothing was there halfway, no mark is to be taken off, and no check is left that can fail. */
export function isCompleteAtOnce({ declaration, isMarked, isPinned, sourceProperties }: MethodRun, method: CopyMethod): boolean {
  return !isMarked && !needsRestorePoint(method, declaration, isPinned, sourceProperties);
}

/** The copy is over when its destination is online, which takes hours that no end of this run may cost. */
export function takesHours({ declaration, sourceProperties }: Pick<MethodRun, "declaration" | "sourceProperties">): boolean {
  return awaitsRehydration(declaration) && sourceProperties?.tier === "Archive";
}

/** Notes what the service has answered. Of what is only found nothing is noted: a rollback must not take it for ours. */
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
