import { CopyMethod, RollbackPolicy } from "../../../../intent";
import { ExitCode } from "../../../../failure/exit-code";
import type { EventSink } from "../../../ports/events";
import type { BlobStore } from "../../../ports/blob-store";
import type { Clock } from "../../../ports/clock";
import { CopyFailure } from "../../../../failure/copy-failure";
import { explain } from "../../../../failure/explain";
import { inParallel } from "../../../../util/in-parallel";
import type { JournalEntry } from "../../../ports/journal";
import type { FoundRestorePoint } from "../../../recovery/marks";
import { removeRestorePoint } from "../../../recovery/restore-point";
import { rollback } from "../../../undo/rollback";
import { quietly } from "../../../undo/rollback-result";
import type { BlobContainer, BlobContainers } from "../../../ports/blob-container";
import { formerSetFileName, ownerOf, setFileName } from "../../../recovery/set-owner";
import { CommitMark } from "./commit-mark";
import { CommitMarks, type KeptRestorePoint } from "./commit-marks";
import type { FoundCommit } from "./found-commit";
import { type CommittedName, committedNames } from "./committed-names";
import { keepsInventory } from "../../prune/inventory-request";
import { rememberRestored, type RestoredBlob } from "../../prune/restored";
import { type DestinationOfSet, destinationsOf, type WritingIntent } from "../../plan/destinations";
import type { SetContext } from "../../plan/context";
import { newOfCommit, type WriteContext, whoseWrite } from "./whose-write";

export interface LostCommitContext extends Pick<SetContext, "manifestLines"> {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  /** Lease id under which this run holds the marks. */
  readonly leaseId: string;
  /** Called when another run considers this one dead. */
  readonly onLost: () => void;
}

const AT_ONCE = 32;

interface Counts {
  putBack: number;
  removed: number;
  readonly incomplete: string[];
  readonly kept: KeptRestorePoint[];
  /** undefined for a set without an inventory. */
  readonly restored: RestoredBlob[] | undefined;
}

/**
 * Undoes the commit of an earlier atomic run that was lost with its machine. It restores everything
 * from the state on the service alone, so that this run begins with all of the old content and, if
 * it fails, ends with it. If the set was complete, it only deletes the restore points. Costs one
 * request for each container in which nothing was lost.
 */
export async function recoverLostCommits(intent: WritingIntent, context: LostCommitContext): Promise<CommitMarks> {
  const marks: CommitMark[] = [];
  try {
    return await recoverWith(marks, intent, context);
  } catch (error) {
    // The next run then need not wait until they expire.
    for (const mark of marks) await mark.release();
    throw error;
  }
}

async function recoverWith(marks: CommitMark[], intent: WritingIntent, context: LostCommitContext): Promise<CommitMarks> {
  const { set } = intent;
  const owner = ownerOf(intent);
  const { emit, signal, leaseId, store, clock, onLost } = context;
  const counts: Counts = { putBack: 0, removed: 0, incomplete: [], kept: [], restored: keepsInventory(set) ? [] : undefined };
  for (const destination of await destinationsOf(set, context)) {
    const { container } = destination;
    const mark = new CommitMark(container, { name: setFileName(intent, container, "commit"), owner, leaseId, store, clock, emit, onLost });
    marks.push(mark);
    await warnOfFormerMark(intent, container, context);
    const found = await mark.find(signal);
    if (found === undefined) continue;
    const keptBefore = counts.kept.length;
    await undoCommit(found, destination, intent, context, counts);
    if (counts.incomplete.length === 0 && counts.kept.length === keptBefore) await mark.remove();
  }
  await rememberRestored(intent, context, counts.restored ?? []);
  reportCounts(counts, emit);
  return new CommitMarks(marks, set.prefixes?.destination.prefix ?? "", counts.kept);
}

async function undoCommit(
  commit: FoundCommit,
  destination: DestinationOfSet,
  intent: WritingIntent,
  context: LostCommitContext,
  counts: Counts,
): Promise<void> {
  const { signal } = context;
  const owner = ownerOf(intent);
  try {
    for await (const names of committedNames(destination, commit, owner, signal)) {
      await inParallel(names, AT_ONCE, signal, async (name) => {
        if (commit.phase === "settling") await removePoints(name, context, counts);
        else await undoWrite(name, destination, commit, owner, context, counts);
      });
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw explain(error, "Cannot search for the blobs of an earlier run of this copy set");
  }
}

/**
 * A mark named by the construct alone may belong to another deployment that is still running, so
 * nothing is undone for it.
 */
async function warnOfFormerMark(intent: WritingIntent, container: BlobContainer, { emit, signal }: LostCommitContext): Promise<void> {
  const name = formerSetFileName(intent, "commit");
  if (name === undefined || (await container.readBlob(name, signal).catch(() => undefined)) === undefined) return;
  emit({
    type: "warning",
    text: `${container.urlOf(name)} shows that a run of an earlier version of this program did not finish its commit. The run may belong to another deployment, so nothing is restored for it. If no other deployment uses this container, delete this blob and the snapshots with metadata blobcopy_restore_point`,
  });
}

function undoWrite(
  name: CommittedName,
  { container }: DestinationOfSet,
  commit: FoundCommit,
  owner: string,
  { store, clock, emit, signal }: LostCommitContext,
  counts: Counts,
): Promise<void> {
  const destination = store.destination(name.location, { leaseId: name.leaseId });
  const context = { container, destination, commit, owner, clock, signal };
  const [first, ...later] = name.points;
  return first === undefined ? removeIfNew(name, context, counts) : putBack(name, [first, ...later], { ...context, emit }, counts);
}

/**
 * Restores the content of the first restore point, unless another client has written the blob
 * since.
 */
async function putBack(
  name: CommittedName,
  [first, ...later]: readonly [FoundRestorePoint, ...FoundRestorePoint[]],
  context: WriteContext & { readonly emit: EventSink },
  counts: Counts,
): Promise<void> {
  const { destination: blob, owner, clock, emit } = context;
  const ours = await whoseWrite(name, first, context);
  if (ours === undefined) {
    for (const { snapshot } of name.points) counts.kept.push({ destination: blob, snapshot });
    return;
  }
  const entry: JournalEntry = {
    destination: blob.url,
    owner,
    source: "",
    method: CopyMethod.PUT_BLOCK_FROM_URL,
    rollback: RollbackPolicy.RESTORE,
    before: first.before,
    touched: true,
    ...ours,
  };
  const why = "an earlier run was lost in the middle of its commit";
  const { outcome, detail } = await rollback({ entry, destination: blob, clock, emit: quietly(emit), why });
  if (outcome === "incomplete") counts.incomplete.push(`${blob.url}: ${detail}`);
  if (outcome === "restored") {
    counts.putBack++;
    const now = counts.restored && (await blob.getProperties());
    if (now !== undefined && first.before.etag !== undefined)
      counts.restored?.push({ name: name.name, etagBefore: first.before.etag, etagNow: now.etag });
  }
  if (outcome !== "incomplete") for (const { snapshot } of later) await removeRestorePoint(blob, snapshot, clock);
}

/**
 * Delete Blob on a blob that did not exist before that commit, if its blocks, its mark or its lease
 * prove that the commit wrote it.
 */
async function removeIfNew(name: CommittedName, context: WriteContext, counts: Counts): Promise<void> {
  const { container, signal } = context;
  const etag = await newOfCommit(name, context);
  if (etag === undefined) return;
  try {
    if ((await container.deleteBlob(name.name, etag, signal)) !== "changed") counts.removed++;
  } catch (error) {
    if (signal.aborted) throw error;
    counts.incomplete.push(`${container.urlOf(name.name)}: ${explain(error, "").why}`);
  }
}

async function removePoints(name: CommittedName, { store, clock }: LostCommitContext, counts: Counts): Promise<void> {
  const blob = store.destination(name.location);
  for (const { snapshot } of name.points) {
    if (!(await removeRestorePoint(blob, snapshot, clock)))
      counts.incomplete.push(`${blob.url}: snapshot ${snapshot} could not be deleted`);
  }
}

function reportCounts({ putBack: old, removed, incomplete, kept }: Counts, emit: EventSink): void {
  if (incomplete.length > 0) {
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "The unfinished commit of an earlier run of this copy set could not be undone",
      side: "destination",
      why: `${incomplete.length} blobs: ${incomplete.slice(0, 3).join("; ")}`,
      remedy: "deploy again",
    });
  }
  if (old + removed > 0) {
    emit({
      type: "warning",
      text: `An earlier run of this set was lost in the middle of its commit: ${old} blobs were put back, ${removed} new ones removed`,
    });
  }
  if (kept.length > 0) {
    emit({
      type: "warning",
      text: `${kept.length} restore points of an earlier run are kept, because nothing proves whether that run or another client wrote their blobs: ${named(kept)}. They are deleted when the set is complete; if the set is destroyed, delete them by hand`,
    });
  }
}

/** The first three, as text. */
function named(points: readonly KeptRestorePoint[]): string {
  const names = points.slice(0, 3).map(({ destination, snapshot }) => `${destination.url}, snapshot ${snapshot}`);
  return `${names.join("; ")}${points.length > names.length ? "; ..." : ""}`;
}
