import { explain } from "../../failure/explain";
import { DestroyPolicy, type SetIntent } from "../../intent";
import { inParallel } from "../../util/in-parallel";
import { NEVER_ABORTED } from "../../util/abort/never-aborted";
import type { ResourceInvocation } from "../operations/invocation";
import type { Operations } from "../operations/operations";
import { declaredElsewhere } from "../operations/declared-elsewhere";
import { deleteMade, removeMade } from "../operations/remove";
import { keepForGood, rollBack } from "../operations/rolling-back";
import type { BlobRecord } from "../ports/record";
import { blobOfSet } from "./blob-of-set";
import { contentOf, type SetContent } from "./set-content";
import { isAnothersTurn, SetRun } from "./set-run";

/**
 * Blobs that are undone or deleted at the same time. Each takes several requests to the service and
 * to the table, one after the other.
 */
const AT_ONCE = 64;

/**
 * The resource is a set: everything below a prefix, or a list of copies. Each blob takes the same
 * steps as a single copy, and has a row of its own in the table. So each run of the stack is all or
 * nothing, even when invocations are lost, and a run that is too long for one invocation continues
 * in the next.
 */
export class CopySet implements Operations {
  readonly #content: SetContent;

  constructor(
    private readonly invocation: ResourceInvocation,
    private readonly intent: SetIntent,
  ) {
    this.#content = contentOf(invocation.declared, intent, invocation.store);
  }

  async copy(): Promise<boolean> {
    const { record, declared, save } = this.invocation;
    const { operation, summary, open } = record();
    const { requestId } = operation;
    if (open !== undefined && open !== requestId) {
      // The run of the stack that made these copies is over: otherwise this request would be its
      // rollback. Copies of a run that was lost before its end were not meant to stay.
      const isWhole = summary?.requestId === open;
      if (!(isWhole ? await this.keepForGood() : await this.rollBack("it was not completed"))) return false;
    }
    if (summary?.requestId === requestId || summary?.fingerprint === declared.fingerprint) return true;
    await save({ open: requestId });
    try {
      const made = await new SetRun(this.invocation, this.intent, this.#content, requestId).copyAll();
      if (made !== undefined) await save({ summary: made, previousSummary: record().summary });
      return made !== undefined;
    } catch (error) {
      if (isAnothersTurn(error)) throw error;
      // As far as time allows: CloudFormation rolls the rest back.
      await this.rollBack("all or nothing: the set failed").catch(() => false);
      throw error;
    }
  }

  async goBack(): Promise<boolean> {
    const { record, declared } = this.invocation;
    const { open, summary } = record();
    // The update was lost before it began: the work that could be undone belongs to an earlier run
    // of the stack, and stays.
    const isAsDeclared = summary?.requestId === open && summary?.fingerprint === declared.fingerprint;
    const isOwn = open === record().operation.requestId;
    if (!isAsDeclared && !isOwn && !(await this.rollBack("CloudFormation rolls the update back"))) return false;
    return record().summary?.fingerprint === declared.fingerprint || this.copy();
  }

  async undo(): Promise<boolean> {
    return (await this.rollBack("CloudFormation rolls the resource back")) && this.#forget();
  }

  async remove(): Promise<boolean> {
    const { record, declared } = this.invocation;
    const { open, summary, operation } = record();
    if (open !== undefined) {
      const isToStay = open === summary?.requestId && operation.endsFailedRun !== true;
      const isDone = isToStay
        ? await this.keepForGood()
        : await this.rollBack("its resource is deleted, and its copies were not meant to stay");
      if (!isDone) return false;
    }
    if (declared.onDestroy !== DestroyPolicy.DELETE) return this.#forget();
    const isElsewhere = await declaredElsewhere(this.invocation);
    const isDone = await this.#forEach(ANY, (blob) => removeMade(this.#one(blob), isElsewhere));
    return isDone && this.#forget();
  }

  async rollBack(why: string): Promise<boolean> {
    const { record, save, surroundings, key } = this.invocation;
    if (record().open === undefined) return true;
    const isDone = await this.#forEach(isOpen, async (blob) => {
      await rollBack(this.#one(blob), why);
      if (blob.condemned !== undefined) await surroundings.records.saveBlob(key, blob.name, { condemned: undefined });
    });
    if (!isDone) return false;
    const { summary, previousSummary, open } = record();
    await save({ summary: summary?.requestId === open ? previousSummary : summary, previousSummary: undefined, open: undefined });
    return true;
  }

  /** Also deletes blobs that lost their source: a rollback could not have restored them. */
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

  async #forget(): Promise<boolean> {
    const { save, surroundings, key } = this.invocation;
    const nothing = { undoable: undefined, current: undefined, previous: undefined, condemned: undefined, declaration: undefined };
    if (!(await this.#forEach(ANY, ({ name }) => surroundings.records.saveBlob(key, name, nothing)))) return false;
    await save({ current: undefined, undoable: undefined, summary: undefined, previousSummary: undefined, open: undefined });
    return true;
  }

  /**
   * Works until the time is over. Rejects with the first failure after all blobs were tried.
   *
   * @returns whether all is done; if not, a later invocation continues
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
    if (failure !== undefined) throw explain(failure, "A blob of the set could not be processed");
    return !signal.aborted;
  }

  #one(blob: BlobRecord) {
    return blobOfSet(this.invocation, blob, this.#content.declarationOf(blob));
  }
}

const ANY = () => true;

/** Whether the stack's current run still decides about the blob. */
function isOpen({ undoable, condemned }: BlobRecord): boolean {
  return (undoable ?? condemned) !== undefined;
}
