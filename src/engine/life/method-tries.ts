import { addsSnapshot, type CopyMethod, type Receipt, RollbackPolicy, SourceGuard, tagsFitTheHeader } from "../../intent";
import type { CopyFailure } from "../../failure/copy-failure";
import { sourceIdentity } from "../../util/source-identity";
import type { CopyRun } from "../copy-run";
import { type CopyInHand, methodRunOf, noteNothing } from "./copy-in-hand";
import { completeCopy, leavePending } from "../finish/complete";
import { MarkStays } from "../methods/run/mark-stays";
import { markOf } from "../methods/run/own-mark";
import { runMethod } from "../methods/run-method";
import { unmetDeclaration } from "../methods/run/unmet-condition";
import { carriedBy, copiesTags, isForArchive, needsRestorePoint, needsSteps, resultingType, writesBitByBit } from "../methods/run/traits";
import { type ChosenMethod, chooseMethods } from "../plan/choose-method";
import { unlikeChain } from "../plan/chain";
import { destinationConditions, isPinned, sourceConditions } from "../plan/conditions";
import { takenMetadata } from "../methods/run/written-properties";
import {
  archivedSource,
  archivesAtOnce,
  cannotBeLeftPending,
  cannotBeReplaced,
  isUnreadable,
  otherType,
  policyIsOver,
  whyRefused,
} from "../plan/refusal";
import type { Situation } from "../plan/situation";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { JournalEntry } from "../ports/journal";
import { ownerOf } from "../recovery/ownership";
import { sameBlob } from "../recovery/same-source";
import type { CopyRecord } from "../undo/record";
import { isLeftToNextRun } from "../undo/rollback-result";
import { SourceLease } from "../watch/source-lease";

/** The service ends a copy that is pending for longer. */
const MAX_PENDING_MILLISECONDS = 14 * 24 * 3_600_000;

export interface MethodTriesRequest extends CopyInHand {
  /** Inspects both sides again, after a method was refused halfway. */
  readonly inspect: () => Promise<Situation>;
}

/** Tries one method after the other, until the service takes one. */
export class MethodTries {
  readonly #source: SourceObject;
  readonly #destination: DestinationBlob;
  readonly #record: CopyRecord;
  #lease: SourceLease | undefined;
  /** The service has taken a method, so no other one is tried. */
  #isTaken = false;
  /** Our mark could not be removed. */
  #markStays: MarkStays | undefined;

  constructor(private readonly request: MethodTriesRequest) {
    this.#source = request.source;
    this.#destination = request.destination;
    this.#record = request.record;
  }

  /**
   * Tries the methods in order of preference until the service takes one.
   *
   * @param earlier notes of an earlier slice of this copy
   */
  async copy(situation: Situation, startedAt: number, earlier?: JournalEntry): Promise<Receipt> {
    const sameAccount = this.#source.account === this.#destination.account;
    if (isUnreadable(situation.source, this.request.declaration)) throw archivedSource(this.#source.url, situation.source);
    const isOver = policyIsOver(this.#destination.url, this.request.declaration, this.request.run.clock.now());
    if (isOver !== undefined) throw isOver;
    const unmet = unmetDeclaration(this.request, situation);
    if (unmet !== undefined) throw unmet;
    const methods = chooseMethods({
      declaration: this.request.declaration,
      sourceType: situation.source?.blobType,
      sourceIsArchived: situation.source?.tier === "Archive",
      sourceMetadata: situation.source?.metadata,
      length: situation.source?.length,
      sameAccount,
      wait: this.request.run.intent.wait,
    });
    if (methods.length === 0) throw cannotBeLeftPending(this.#destination.url);
    let current = situation;
    for (let index = 0; ; index++) {
      const chosen = methods[index];
      const next = methods[index + 1];
      if (chosen === undefined) throw new Error("no copy method was chosen");
      try {
        current = await this.#withoutOtherType(current, chosen.method);
        const isEarlier = earlier?.method === chosen.method && this.#markStays === undefined;
        return await this.#copyBy(chosen, current, startedAt, isEarlier ? earlier : undefined);
      } catch (error) {
        const again = writesBitByBit(chosen.method) ? next : chosen;
        if (error instanceof MarkStays && this.#markStays === undefined && again !== undefined) {
          current = await this.#withoutMark(error, chosen, again);
          if (again === chosen) index--;
          continue;
        }
        // Once a method was taken, a later refusal, such as that of a read, is not about the
        // method.
        const why = this.#isTaken ? undefined : whyRefused(error, { sameAccount, isEmpty: situation.source?.length === 0 });
        if (next === undefined || why === undefined) throw error;
        this.request.run.emit({
          type: "method-refused",
          destination: this.#destination.url,
          method: chosen.method,
          next: next.method,
          why,
        });
        // The inspection recognises what the refused method had begun, like any other unfinished
        // blob.
        if (this.#record.isTouched) current = await this.request.inspect();
      }
    }
  }

  /**
   * A blob of another type that an earlier run left is undone first: the service does not change
   * the type of a blob.
   */
  async #withoutOtherType(situation: Situation, method: CopyMethod): Promise<Situation> {
    const { isLeftover, now, source } = situation;
    if (!isLeftover || now === undefined || now.blobType === resultingType(method, source?.blobType)) return situation;
    const undone = await this.#record.undo(`an earlier run had begun it as a ${now.blobType}`);
    if (undone === undefined || isLeftToNextRun(undone)) return situation;
    return this.request.inspect();
  }

  /**
   * Undoes the copy that cannot be completed, and inspects both sides again for a try without a
   * mark.
   */
  async #withoutMark(failure: MarkStays, { method }: ChosenMethod, next: ChosenMethod): Promise<Situation> {
    const { emit } = this.request.run;
    this.#markStays = failure;
    emit({ type: "method-refused", destination: this.#destination.url, method, next: next.method, why: failure.why });
    const undone = await this.#record.undo(failure.why);
    if (undone !== undefined && isLeftToNextRun(undone)) throw failure;
    return this.request.inspect();
  }

  async #copyBy(
    { method, why }: ChosenMethod,
    situation: Situation,
    startedAt: number,
    earlier: JournalEntry | undefined,
  ): Promise<Receipt> {
    const { run, declaration } = this.request;
    const { emit, intent, deadline } = run;
    const { source, now } = situation;
    const type = resultingType(method, source?.blobType);
    const { url } = this.#destination;
    if (now !== undefined && !situation.isLeftover && now.blobType !== type) throw otherType(url, now.blobType, type);
    if (this.#markStays !== undefined && writesBitByBit(method)) throw this.#markStays;
    const refusal = situation.isLeftover ? undefined : (unlikeChain(method, now, url) ?? whyNotReplaced(situation, url, run));
    if (refusal !== undefined) throw refusal;
    emit({ type: "method-chosen", destination: this.#destination.url, source: this.#source.url, method, why, bytesTotal: source?.length });
    const readable = await this.#source.readable(
      method,
      this.#destination.account,
      intent.wait ? intent.timeoutMilliseconds : MAX_PENDING_MILLISECONDS,
      carriedBy(method, declaration).tagsOfSource === true ? "content-and-tags" : "content",
    );
    const pinned = isPinned(declaration, method, this.#source, source);
    // A copy that may be undone after its end must be known to be ours even if its run is lost.
    const isGuarded = !addsSnapshot(method) && (run.keepsRestorePoint === true || needsRestorePoint(method, declaration, pinned, source));
    const mayHaveToPutBack = isGuarded && situation.before.exists && intent.rollback === RollbackPolicy.RESTORE;
    if (mayHaveToPutBack && isForArchive(declaration)) throw archivesAtOnce(this.#destination.url, run.keepsRestorePoint === true);
    const mark = this.#markStays === undefined ? await this.#markOf(method, situation, isGuarded) : "not known";
    const isMarked = mark === "marked";
    const finalMetadata = declaration.metadata ?? takenMetadata(source);
    const attempt = {
      source: sourceIdentity(readable.url),
      sourceEtag: source?.etag,
      needsRestorePoint: isGuarded,
      isMarked,
      finalMetadata,
      tags: copiesTags(declaration) || !tagsFitTheHeader(declaration.tags) ? undefined : (declaration.tags ?? {}),
      earlier,
      marksStay: mark === "not known",
    };
    await this.#record.begin(method, situation, attempt);
    // A lease on the blob that is overwritten would also block the copy.
    const isOntoItself = !this.#source.isImmutable && sameBlob(this.#source.url, this.#destination.url);
    if (declaration.sourceGuard === SourceGuard.LEASE && !isOntoItself)
      this.#lease ??= await SourceLease.acquire(this.#source, run.clock, emit, deadline.stop);
    deadline.stop.throwIfAborted();
    const methodRun = {
      ...methodRunOf(this.request, source),
      isPinned: pinned,
      isMarked,
      readable,
      sourceConditions: sourceConditions(declaration, method, this.#source, source),
      destinationConditions: destinationConditions(declaration, now, isGuarded || addsSnapshot(method)),
      etagBefore: now?.etag,
      copyIdBefore: now?.copy?.id,
      earlier,
    };
    this.#isTaken = false;
    const started = await runMethod(method, methodRun);
    this.#isTaken = true;
    const { copyId, origin } = started;
    if (copyId !== "") emit({ type: "copy-started", destination: this.#destination.url, copyId, status: started.status });
    deadline.stop.throwIfAborted();
    if (started.status === "pending" && !intent.wait && !needsSteps(method, declaration, source))
      return leavePending(methodRun, method, copyId, origin);
    // A copy that is only found is not noted as ours, so it is never undone.
    return completeCopy(origin === "found" ? { ...methodRun, note: noteNothing } : methodRun, method, started, startedAt);
  }

  #markOf(method: CopyMethod, { source, now }: Situation, isGuarded: boolean): ReturnType<typeof markOf> {
    const { declaration, run } = this.request;
    const { wait } = run.intent;
    const sides = { source, now, destination: this.#destination };
    return markOf({
      method,
      needsRestorePoint: isGuarded,
      declaration,
      owner: ownerOf(run.intent),
      wait,
      ...sides,
      stop: run.deadline.stop,
    });
  }

  async releaseLease(): Promise<void> {
    await this.#lease?.release();
    this.#lease = undefined;
  }
}

/** Checked before a restore point is taken, since the service might refuse to delete it again. */
function whyNotReplaced({ now }: Situation, url: string, { intent, clock }: CopyRun): CopyFailure | undefined {
  if (now === undefined || intent.rollback === RollbackPolicy.ABORT_ONLY) return undefined;
  return cannotBeReplaced(url, now, clock.now());
}
