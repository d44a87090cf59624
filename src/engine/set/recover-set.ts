import { type CopyIntent, type CopySet, type CredentialReference, LocationKind } from "../../intent";
import type { EventSink } from "../../report/events";
import type { BlobStore } from "../blob-store";
import type { Clock } from "../clock";
import { inParallel } from "../in-parallel";
import type { JournalEntry, ListedJournal } from "../journal";
import { rollback } from "../rollback";
import type { BlobContainers } from "./blob-listing";
import { withCommitFound } from "./committed-by";
import { readManifest } from "./manifest";
import type { SetContext } from "./set-context";

export interface RecoverSetContext extends Pick<SetContext, "manifestLines"> {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: ListedJournal;
}

const AT_ONCE = 16;

/** How a destination of the journal is reached. */
interface Access {
  readonly credential: CredentialReference | undefined;
  readonly leaseId: string | undefined;
}

/** Rolls back what the journal says this set has under way, for a guardian that was killed. Blobs that are complete stay. */
export async function recoverSet(intent: CopyIntent & { readonly set: CopySet }, context: RecoverSetContext): Promise<void> {
  const { store, clock, emit, journal } = context;
  const entries = [...journal.entries()].filter(({ owner }) => owner === intent.owner);
  if (entries.length === 0) return;
  const accesses = await accessesOf(intent.set, entries, context);
  const neverCancelled = new AbortController().signal;
  await inParallel(entries, AT_ONCE, neverCancelled, async (entry) => {
    const access = accesses(entry);
    if (access === undefined) return;
    const { credential, leaseId } = access;
    const location = { kind: LocationKind.URL, url: entry.destination, ...(credential === undefined ? {} : { credential }) };
    const destination = store.destination(location);
    const place = store.placeOf(location, "destination");
    const known = place === undefined ? entry : await withCommitFound(entry, place, neverCancelled);
    const result = await rollback({ entry: known, destination, leaseId, clock, emit, why: "the program was killed" });
    if (result.outcome !== "incomplete") journal.remove(entry.destination);
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
