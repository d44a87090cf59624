import { Suspended } from "../../engine/copies/slice";
import { nothingMatches } from "../../engine/set/outcome/failure";
import { planSet } from "../../engine/set/plan/plan-set";
import { type ContainerPair, containerPairOf, type PlannedBlob } from "../../engine/set/plan/planned-blob";
import { explain } from "../../failure/explain";
import { DestroyPolicy, type PrefixCopies, type SetIntent } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import { NEVER_ABORTED } from "../../util/never-aborted";
import { copy } from "../operations/copy";
import type { ResourceInvocation } from "../operations/invocation";
import type { Operations } from "../operations/operations";
import { deleteMade, isLeftToAnother } from "../operations/remove";
import { keepForGood, takeBack } from "../operations/rolling-back";
import type { BlobRecord } from "../ports/record";
import { blobOfSet } from "./blob-of-set";
import { SetCounts } from "./set-counts";

/** Copies at once: each is several requests to the service and to the table, one after the other. */
const AT_ONCE = 64;

/**
 * The resource is a set: everything below a prefix, each blob by the same steps as a single copy and with a row of its own in the table. So
 * it is all or nothing in each run of the stack, whatever becomes of the invocations, and a run that is too long for one goes on in the
 * next: it lists again, and a row tells what is done.
 */
export class CopySet implements Operations {
  readonly #prefixes: PrefixCopies;
  readonly #containers: ContainerPair;

  constructor(
    private readonly invocation: ResourceInvocation,
    private readonly intent: SetIntent,
  ) {
    if (intent.set.prefixes === undefined) throw new Error("a set of a stack has prefixes");
    this.#prefixes = intent.set.prefixes;
    this.#containers = containerPairOf(intent.set.prefixes, invocation.store);
  }

  async copy(): Promise<boolean> {
    const { record, declared, save } = this.invocation;
    const { operation, summary, open } = record();
    const { requestId } = operation;
    // The run of the stack that made it is over, or this one would have been its rollback.
    if (open !== undefined && open !== requestId && !(await this.keepForGood())) return false;
    if (summary?.requestId === requestId || summary?.fingerprint === declared.fingerprint) return true;
    await save({ open: requestId });
    try {
      return await this.#copyAll(requestId);
    } catch (error) {
      // As far as the time reaches: CloudFormation rolls the rest back.
      await this.takeBack("all or nothing: the set failed").catch(() => false);
      throw error;
    }
  }

  async goBack(): Promise<boolean> {
    const { record, declared } = this.invocation;
    const { open, summary } = record();
    // The update was lost before it had begun: what is to be undone is of an earlier run of the stack, and stands.
    const isAsDeclared = summary?.requestId === open && summary?.fingerprint === declared.fingerprint;
    const isOwn = open === record().operation.requestId;
    if (!isAsDeclared && !isOwn && !(await this.takeBack("CloudFormation rolls the update back"))) return false;
    return record().summary?.fingerprint === declared.fingerprint || this.copy();
  }

  async undo(): Promise<boolean> {
    return (await this.takeBack("CloudFormation rolls the resource back")) && this.#forget();
  }

  async remove(): Promise<boolean> {
    const { record, declared } = this.invocation;
    const { open, summary, operation } = record();
    if (open !== undefined) {
      const isToStay = open === summary?.requestId && operation.endsFailedRun !== true;
      const isDone = isToStay ? await this.keepForGood() : await this.takeBack("its resource is deleted, and its copies were not to stay");
      if (!isDone) return false;
    }
    if (declared.onDestroy !== DestroyPolicy.DELETE) return this.#forget();
    const place = this.#containers.destination.urlOf(this.#prefixes.destination.prefix);
    if (await isLeftToAnother(this.invocation, place)) return this.#forget();
    return (await this.#forEach(ANY, (blob) => deleteMade(this.#one(blob)))) && this.#forget();
  }

  async takeBack(why: string): Promise<boolean> {
    const { record, save, surroundings, key } = this.invocation;
    if (record().open === undefined) return true;
    const isDone = await this.#forEach(isOpen, async (blob) => {
      await takeBack(this.#one(blob), why);
      if (blob.condemned !== undefined) await surroundings.records.saveBlob(key, blob.name, { condemned: undefined });
    });
    if (!isDone) return false;
    const { summary, previousSummary, open } = record();
    await save({ summary: summary?.requestId === open ? previousSummary : summary, previousSummary: undefined, open: undefined });
    return true;
  }

  /** Also deletes what lost its source, which nobody could have put back. */
  async keepForGood(): Promise<boolean> {
    const isDone = await this.#forEach(isOpen, async (blob) => {
      const one = this.#one(blob);
      if (blob.undoable !== undefined) await keepForGood(one, blob.undoable.entry);
      if (blob.condemned !== undefined) await deleteMade(one);
      else await one.save({ previous: undefined });
    });
    if (!isDone) return false;
    await this.invocation.save({ open: undefined, previousSummary: undefined });
    return true;
  }

  async #copyAll(requestId: string): Promise<boolean> {
    const { invocation, intent } = this;
    const { store, surroundings, signal, save, record, declared, key } = invocation;
    const { clock, records } = surroundings;
    const known = new Map((await records.blobs(key)).map((blob) => [blob.name, blob]));
    const counts = new SetCounts();
    const seen = new Set<string>();
    const leftOut = new Set<string>();
    const { prefix } = this.#prefixes.destination;
    const onLeftOut = (name: string) => void leftOut.add(name.slice(prefix.length));
    try {
      for await (const blobs of planSet(intent, { store, clock, signal, manifestLines: noLines, onLeftOut })) {
        for (const { key: name } of blobs) seen.add(name);
        signal.throwIfAborted();
        await inParallel(blobs, AT_ONCE, signal, (blob) =>
          this.#copyOne(blob, known.get(blob.key) ?? { name: blob.key }, requestId, counts),
        );
      }
    } catch (error) {
      if (signal.aborted && signal.reason instanceof Suspended) return false;
      throw signal.aborted ? signal.reason : explain(error, "The copy set failed");
    }
    if (counts.pending > 0) return false;
    if (seen.size === 0 && intent.set.allowEmpty !== true) throw nothingMatches(this.#prefixes);
    let pruned = 0;
    if (intent.set.prune && seen.size > 0)
      for (const { name, current } of known.values()) {
        if (current?.receipt.origin !== "copied" || seen.has(name) || leftOut.has(name)) continue;
        await records.saveBlob(key, name, { condemned: requestId });
        pruned++;
      }
    const { copied, skipped, bytesCopied } = counts;
    const completedOn = new Date(clock.now()).toISOString();
    const summary = { requestId, fingerprint: declared.fingerprint, total: seen.size, copied, skipped, pruned, bytesCopied, completedOn };
    await save({ summary, previousSummary: record().summary });
    return true;
  }

  async #copyOne(blob: PlannedBlob, known: BlobRecord, requestId: string, counts: SetCounts): Promise<void> {
    const { decision } = blob;
    const isBegun = known.undoable?.requestId === requestId;
    const isDone = known.current?.requestId === requestId;
    if (!isBegun && !isDone && decision.kind === "skip") return counts.addSkipped();
    if (!isBegun && !isDone && decision.kind === "fail") throw decision.failure;
    counts.add(await copy(blobOfSet(this.invocation, known, blob.declaration)));
  }

  async #forget(): Promise<boolean> {
    const { save, surroundings, key } = this.invocation;
    const nothing = { undoable: undefined, current: undefined, previous: undefined, condemned: undefined };
    if (!(await this.#forEach(ANY, ({ name }) => surroundings.records.saveBlob(key, name, nothing)))) return false;
    await save({ current: undefined, undoable: undefined, summary: undefined, previousSummary: undefined, open: undefined });
    return true;
  }

  /**
   * Works until the time is over; rejects with the first failure, when all was tried.
   *
   * @returns whether all is done: a later invocation goes on with the rest
   */
  async #forEach(isMeant: (blob: BlobRecord) => boolean, work: (blob: BlobRecord) => Promise<void>): Promise<boolean> {
    const { surroundings, key, signal } = this.invocation;
    const blobs = (await surroundings.records.blobs(key)).filter(isMeant);
    let failure: unknown;
    await inParallel(blobs, AT_ONCE, NEVER_ABORTED, async (blob) => {
      if (signal.aborted) return;
      await work(blob).catch((error: unknown) => {
        failure ??= error;
      });
    });
    if (failure !== undefined) throw explain(failure, "A blob of the set could not be put in order");
    return !signal.aborted;
  }

  /** What it is copied from matters to a copy alone, which has its own declaration. */
  #one(blob: BlobRecord) {
    const { source, destination } = this.#prefixes;
    return blobOfSet(this.invocation, blob, {
      ...this.#prefixes.options,
      source: this.#containers.source.locationOf(source.prefix + blob.name),
      destination: this.#containers.destination.locationOf(destination.prefix + blob.name),
    });
  }
}

const ANY = () => true;

/** The run of the stack decides about it, which is not over. */
function isOpen({ undoable, condemned }: BlobRecord): boolean {
  return (undoable ?? condemned) !== undefined;
}

async function* noLines(): AsyncGenerator<string> {
  // A set of a stack has no manifest.
}
