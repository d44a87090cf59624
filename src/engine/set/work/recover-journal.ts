import { LocationKind, type SetIntent } from "../../../intent";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";
import { inParallel } from "../../../util/in-parallel";
import type { BlobContainers } from "../../ports/blob-container";
import type { BlobStore } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { EventSink } from "../../ports/events";
import type { ListedJournal } from "../../ports/journal";
import { ownerOf } from "../../recovery/set-owner";
import { rollbackNoted } from "../../undo/rollback-noted";
import { accessesOf } from "../plan/accesses";
import type { SetContext } from "../plan/context";
import { keepsInventory } from "../prune/inventory-request";
import { rememberRestored, type RestoredBlob } from "../prune/restored";

export interface RecoverJournalContext extends Pick<SetContext, "manifestLines"> {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: ListedJournal;
  /**
   * The set's results are durable: nothing has to be undone, only restore points have to be
   * removed.
   */
  readonly isCommitted?: boolean;
  /** Limits the recovery to these destinations; default: all. */
  readonly destinations?: ReadonlySet<string>;
  /** For a run that updates the inventory itself. */
  readonly onRestored?: (restored: RestoredBlob) => void;
}

const AT_ONCE = 16;

/**
 * Rolls back each full copy of this set that has a journal entry, and enters restored blobs into
 * the inventory. The same journal has entries of other constructs, which may be at work.
 */
export async function recoverFromJournal(intent: SetIntent, context: RecoverJournalContext): Promise<void> {
  const { store, clock, emit, journal, isCommitted = false, destinations } = context;
  const entries = [...journal.entries()].filter(
    ({ owner, construct = intent.owner, destination }) =>
      (owner === ownerOf(intent) || owner === intent.owner) && construct === intent.owner && destinations?.has(destination) !== false,
  );
  if (entries.length === 0) return;
  const accesses = await accessesOf(
    intent.set,
    entries.map(({ destination }) => destination),
    context,
  );
  const restored: RestoredBlob[] = [];
  await inParallel(entries, AT_ONCE, NEVER_ABORTED, async (entry) => {
    const access = accesses(entry.destination);
    if (access === undefined) return;
    const { credential, leaseId } = access;
    const location = { kind: LocationKind.URL, url: entry.destination, ...(credential === undefined ? {} : { credential }) } as const;
    const destination = store.destination(location, { leaseId });
    const lost = isCommitted ? { ...entry, settled: true } : entry;
    const result = await rollbackNoted({ entry: lost, destination, clock, emit, why: "the program was killed" }, journal);
    const { etag: etagBefore } = entry.before;
    if (result.outcome !== "restored" || etagBefore === undefined || !keepsInventory(intent.set)) return;
    const name = store.placeOf(location, "destination")?.name;
    const now = await destination.getProperties().catch(() => undefined);
    if (name !== undefined && now !== undefined) restored.push({ name, etagBefore, etagNow: now.etag });
  });
  if (context.onRestored === undefined) await rememberRestored(intent, context, restored);
  else restored.forEach(context.onRestored);
}
