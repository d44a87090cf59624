import type { LocationReference } from "../../../../intent";
import { type FoundRestorePoint, restorePointIn } from "../../../recovery/marks";
import { inParallel } from "../../../../util/in-parallel";
import type { ListedBlob } from "../../../ports/blob-container";
import type { FoundCommit } from "./found-commit";
import type { DeclaredName, DestinationOfSet } from "../../plan/destinations";
import { BLOBCOPY_FOLDER } from "../../../recovery/blobcopy-folder";

/** A blob of the destination that a lost commit may have written. */
export interface CommittedName {
  readonly name: string;
  readonly location: LocationReference;
  readonly leaseId: string | undefined;
  readonly now: ListedBlob;
  /** Restore points of this owner, oldest first. */
  readonly points: readonly FoundRestorePoint[];
}

const DETAILS = { snapshots: true, metadata: true, copy: true } as const;
const NAMES_AT_ONCE = 32;
const BATCH = 1_000;

/**
 * List Blobs with snapshots and metadata: one listing for a prefix, or one for each name of a
 * manifest.
 */
export async function* committedNames(
  { container, prefix, names }: DestinationOfSet,
  commit: FoundCommit,
  owner: string,
  signal: AbortSignal,
): AsyncGenerator<readonly CommittedName[]> {
  if (prefix !== undefined) {
    // The declared prefix may have changed since the commit.
    const pages = container.list({ prefix: commit.prefix, details: DETAILS, signal });
    for await (const found of gathered(pages, owner)) {
      yield found.flatMap((blob) =>
        blob.now.name.startsWith(BLOBCOPY_FOLDER)
          ? []
          : [{ ...blob, name: blob.now.name, location: container.locationOf(blob.now.name), leaseId: prefix.leaseId }],
      );
    }
    return;
  }
  for await (const batch of batches(names())) {
    const found: CommittedName[] = [];
    await inParallel(batch, NAMES_AT_ONCE, signal, async (declared) => {
      for await (const blobs of gathered(container.list({ prefix: declared.name, details: DETAILS, signal }), owner)) {
        // A listing has a name before all longer names that begin with it.
        const [first] = blobs;
        if (first?.now.name === declared.name) found.push({ ...declared, ...first });
        break;
      }
    });
    yield found;
  }
}

/**
 * Groups each blob with its snapshots. A listing has them next to each other, possibly on two
 * pages. The service lists snapshots before their blob, an emulator after it.
 */
async function* gathered(
  pages: AsyncIterable<readonly ListedBlob[]>,
  owner: string,
): AsyncGenerator<readonly Pick<CommittedName, "now" | "points">[]> {
  let name = "";
  let now: ListedBlob | undefined;
  let points: FoundRestorePoint[] = [];
  const whole = () => (now === undefined ? [] : [{ now, points }]);
  for await (const page of pages) {
    const found: Pick<CommittedName, "now" | "points">[] = [];
    for (const blob of page) {
      if (blob.name !== name) {
        found.push(...whole());
        [name, now, points] = [blob.name, undefined, []];
      }
      const snapshot = blob.details?.snapshot;
      const point = snapshot === undefined ? undefined : restorePointIn({ snapshot, metadata: blob.details?.metadata ?? {} });
      if (snapshot === undefined) now = blob;
      else if (point?.owner === owner) points.push(point);
    }
    if (found.length > 0) yield found;
  }
  if (now !== undefined) yield whole();
}

async function* batches(names: AsyncIterable<DeclaredName>): AsyncGenerator<readonly DeclaredName[]> {
  let batch: DeclaredName[] = [];
  for await (const name of names) {
    batch.push(name);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
