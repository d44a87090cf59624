import { type CopySet, type CredentialReference, LocationKind, type SetIntent } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import type { JournalEntry, ListedJournal } from "../ports/journal";
import { rollback } from "../undo/rollback";
import { isLeftToNextRun } from "../undo/rollback-result";
import { readManifest } from "../../intent/parse/read-manifest";
import { ownerOf } from "../recovery/set-owner";
import { recoverFromLog, type RecoverLogContext } from "./atomic/recover-log";
import { NEVER_ABORTED } from "../../util/never-aborted";

export interface RecoverSetContext extends RecoverLogContext {
  readonly journal: ListedJournal;
}

const AT_ONCE = 16;

/** How a destination of the journal is reached. */
interface Access {
  readonly credential: CredentialReference | undefined;
  readonly leaseId: string | undefined;
}

/**
 * Rolls back what the notes on this machine say this set has under way, for a guardian that was killed. Of an atomic set that is
 * all of it; otherwise blobs that are complete stay.
 */
export async function recoverSet(intent: SetIntent, context: RecoverSetContext): Promise<void> {
  await recoverFromLog(intent, context);
  await recoverFromJournal(intent, context);
}

async function recoverFromJournal(intent: SetIntent, context: RecoverSetContext): Promise<void> {
  const { store, clock, emit, journal, isCommitted = false } = context;
  const entries = [...journal.entries()].filter(({ owner }) => owner === ownerOf(intent) || owner === intent.owner);
  if (entries.length === 0) return;
  const accesses = await accessesOf(intent.set, entries, context);
  await inParallel(entries, AT_ONCE, NEVER_ABORTED, async (entry) => {
    const access = accesses(entry);
    if (access === undefined) return;
    const { credential, leaseId } = access;
    const location = { kind: LocationKind.URL, url: entry.destination, ...(credential === undefined ? {} : { credential }) } as const;
    const destination = store.destination(location, { leaseId });
    const result = await rollback({
      entry: isCommitted ? { ...entry, settled: true } : entry,
      destination,
      clock,
      emit,
      why: "the program was killed",
    });
    if (!isLeftToNextRun(result)) await journal.remove(entry.destination);
  });
}

/** undefined for an entry of another place: the owner's declaration has changed meanwhile. */
async function accessesOf(
  { prefixes, manifest }: CopySet,
  entries: readonly JournalEntry[],
  { store, manifestLines }: RecoverSetContext,
): Promise<(entry: JournalEntry) => Access | undefined> {
  if (prefixes !== undefined) {
    const { url } = store.container(prefixes.destination, "destination");
    const access = { credential: prefixes.destination.credential, leaseId: prefixes.options.destinationLeaseId };
    return ({ destination }) => (destination.startsWith(`${url}/`) ? access : undefined);
  }
  const wanted = new Set(entries.map(({ destination }) => destination));
  const found = new Map<string, Access>();
  if (manifest !== undefined) {
    for await (const { destination, destinationLeaseId } of readManifest(manifest, manifestLines(manifest.file))) {
      const { url } = store.destination(destination);
      if (wanted.has(url)) found.set(url, { credential: destination.credential, leaseId: destinationLeaseId });
    }
  }
  return ({ destination }) => found.get(destination);
}
