import { type CopyDeclaration, CopyMethod, tagsFitTheHeader } from "../../intent";
import type { CopyRun } from "../copy-run";
import type { MethodRun } from "../methods/run/method-run";
import { isPinned } from "../plan/conditions";
import type { Situation } from "../plan/situation";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { JournalEntry } from "../ports/journal";
import { unfinishedTag } from "../recovery/marks";
import { ownerOf } from "../recovery/ownership";
import type { CopyRecord } from "../undo/record";

/** Requests in flight for one large blob: the service serves each at a limited rate. */
const RANGE_CONCURRENCY = 64;

/** One copy of a run, by any method. */
export interface CopyInHand {
  readonly declaration: CopyDeclaration;
  readonly run: CopyRun;
  readonly source: SourceObject;
  readonly destination: DestinationBlob;
  readonly record: CopyRecord;
}

/** A copy that is only found is not noted as ours, so it is never undone. */
export const noteNothing = (): Promise<void> => Promise.resolve();

/** The input of every method. As it stands, it is for a Copy Blob that has already been started. */
export function methodRunOf({ declaration, run, source, destination, record }: CopyInHand, properties: Situation["source"]): MethodRun {
  const tags = tagsFitTheHeader(declaration.tags) ? declaration.tags : unfinishedTag(ownerOf(run.intent));
  return {
    declaration,
    owner: ownerOf(run.intent),
    source,
    sourceProperties: properties,
    isPinned: isPinned(declaration, CopyMethod.COPY_BLOB, source, properties),
    isMarked: false,
    mayBeUndoneLater: run.keepsRestorePoint === true,
    lastWriteLease: run.lastWriteLease,
    destination,
    readable: { url: source.url },
    sourceConditions: undefined,
    destinationConditions: undefined,
    tags,
    concurrency: RANGE_CONCURRENCY,
    etagBefore: undefined,
    copyIdBefore: undefined,
    earlier: undefined,
    clock: run.clock,
    emit: run.emit,
    stop: run.deadline.stop,
    note: (change) => note(record, change, run.deadline.stop),
    startIsInFlight: (start) => record.startIsInFlight(start),
  };
}

/** Writing the journal may take time. A step that is cancelled meanwhile is not begun. */
async function note(record: CopyRecord, change: Partial<JournalEntry>, stop: AbortSignal): Promise<void> {
  await record.note(change);
  if (change.touched !== true || !stop.aborted) return;
  await record.note({ touched: false });
  throw stop.reason;
}
