import { randomUUID } from "node:crypto";
import { DestroyPolicy, type SetDestroyIntent } from "../../intent";
import { Causes, namesOf } from "../../failure/causes";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";
import { explain } from "../../failure/explain";
import { ended } from "../../failure/sentences";
import { hasSnapshots, isContainerGone } from "../../failure/service-codes";
import { inParallel } from "../../util/in-parallel";
import type { BlobContainer, BlobContainers, Deleted } from "../ports/blob-container";
import type { BlobStore } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";
import { undoneByAnother } from "./atomic/marks/commit-lease";
import { recoverLostCommits } from "./atomic/marks/lost-commit";
import { deleteCopied } from "./prune/delete-copied";
import { Inventory } from "./prune/inventory";
import type { InventoryEntry } from "./prune/inventory-line";
import { inventoryRequestOf, manifestInventoryRequest } from "./prune/inventory-request";

export interface DestroySetContext {
  readonly store: BlobStore & BlobContainers;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
  /**
   * Names the construct that still declares a blob of this container; undefined if none does. A
   * declared blob is left.
   */
  readonly declarerOf: (container: BlobContainer, name: string) => string | undefined;
}

const DELETES_AT_ONCE = 32;
const BATCH = 5_000;

/**
 * Delete Blob on each blob that this set copied and that is unchanged since: the set's inventory
 * lists it with the ETag that it still has. All other blobs are left, and each reason is reported
 * once. The inventory is deleted when it lists no blob that still has to be deleted.
 *
 * @throws CopyFailure when some blobs could not be deleted: the next destroy tries again
 */
export async function destroySet(intent: SetDestroyIntent, { declarerOf, ...context }: DestroySetContext): Promise<void> {
  const { emit, signal } = context;
  const { destination, name: manifest } = intent.set;
  const owned = { ...intent, set: { prefixes: { destination } } };
  const request =
    manifest === undefined
      ? inventoryRequestOf(owned, destination, false, context)
      : manifestInventoryRequest(owned, { destination, name: manifest }, false, context);
  const { container, file } = request;
  const place = destination.prefix === "" ? container.url : container.urlOf(destination.prefix);
  const what = `Cannot delete what the set copied to ${place}`;
  const inventory = new Inventory(request);
  const left = new Causes();
  const failed = new Causes();
  let failures = 0;
  const counts: Record<Deleted, number> = { deleted: 0, gone: 0, changed: 0 };
  let stillDeclared = 0;

  const remove = async ({ name, etag }: InventoryEntry): Promise<void> => {
    const declarer = declarerOf(container, name);
    if (declarer !== undefined) {
      stillDeclared++;
      left.add(`${declarer} still declares it, perhaps spelled in another way; delete it by hand if nothing needs it`, name);
      return;
    }
    try {
      const outcome = await deleteCopied({ name, etag }, request);
      counts[outcome]++;
      if (outcome === "changed") left.add("another client has changed it since it was copied", name);
    } catch (error) {
      if (signal.aborted) throw error;
      if (hasSnapshots(error)) return left.add("it has snapshots that this resource did not make", name);
      const { why, remedy } = explain(error, what);
      failures++;
      failed.add(`${ended(why)} What to do: ${ended(remedy)}`, name);
    }
  };

  try {
    await undoLostCommit(intent, context);
    const before = await container.committedBlocks(file, signal);
    await inventory.load();
    if (before === undefined) {
      const why = "it has no inventory of this set: the set copied nothing there, or only before it was declared with onDestroy";
      return emit({ type: "destination-left", destination: place, why });
    }
    const batch: InventoryEntry[] = [];
    const removeBatch = () => inParallel(batch.splice(0), DELETES_AT_ONCE, signal, remove);
    for await (const entry of inventory.candidates(() => false)) if (batch.push(entry) === BATCH) await removeBatch();
    await removeBatch();
    for (const cause of left.list) {
      emit({ type: "warning", text: `${cause.count} ${blobs(cause.count)} left alone (${cause.text}): ${namesOf(cause)}` });
    }
    emit({ type: "set-destroyed", destination: place, deleted: counts.deleted, gone: counts.gone });
    if (failures > 0) throw notDeleted(what, failures, failed);
    const { takeover, damage } = inventory;
    if (damage !== undefined) emit({ type: "destination-left", destination: place, why: damage });
    else if (takeover !== undefined) {
      const why = `${container.urlOf(file)} was written by another version or for another construct, so it does not prove that its blobs belong to this set`;
      emit({ type: "destination-left", destination: place, why });
    }
    // A set at the same place that is declared in another way uses this same inventory.
    else if (stillDeclared === 0) await container.deleteBlob(file, before.etag, signal);
  } catch (error) {
    if (isContainerGone(error)) return emit({ type: "destination-left", destination: place, why: "its container is gone already" });
    throw explain(error, what);
  }
}

/**
 * An atomic run that was lost in the middle of its commit has left more than its inventory shows:
 * blobs, restore points, and its mark.
 */
async function undoLostCommit(intent: SetDestroyIntent, context: Omit<DestroySetContext, "declarerOf">): Promise<void> {
  const { destination, name } = intent.set;
  const place = name === undefined ? { prefixes: { destination, options: {} } } : { inventory: { destination, name } };
  const set = { ...place, atomic: false, prune: false, onDestroy: DestroyPolicy.DELETE };
  const lost = new AbortController();
  const marks = await recoverLostCommits(
    { ...intent, set },
    {
      ...context,
      manifestLines: noLines,
      signal: AbortSignal.any([context.signal, lost.signal]),
      leaseId: randomUUID(),
      onLost: () => lost.abort(undoneByAnother("its mark")),
    },
  );
  await marks.release();
}

async function* noLines(): AsyncGenerator<string> {
  // The manifest of a destroyed set is gone.
}

function notDeleted(what: string, count: number, causes: Causes): CopyFailure {
  const told = causes.list.map((cause) => `${cause.text} (${namesOf(cause)})`).join(" ");
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what,
    side: "destination",
    why: `${count} ${blobs(count)} could not be deleted: ${told}`,
    remedy: "remove the cause and destroy again: the next destroy continues with the remaining blobs",
  });
}

function blobs(count: number): string {
  return count === 1 ? "blob" : "blobs";
}
