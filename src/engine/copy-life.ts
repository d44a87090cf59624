import {
  type CopyDeclaration,
  type CopyIntent,
  CopyMethod,
  OverwritePolicy,
  type Receipt,
  RollbackPolicy,
  SourceGuard,
  tagsFitTheHeader,
} from "../intent";
import { ExitCode } from "../failure/exit-code";
import type { EventSink } from "./ports/events";
import type { BlobProperties, BlobStore, DestinationBlob, SourceObject } from "./ports/blob-store";
import { type ChosenMethod, chooseMethods } from "./plan/choose-method";
import { needsRestorePoint, needsSteps, resultingType } from "./methods/traits";
import type { Clock } from "./ports/clock";
import { completeCopy, leavePending } from "./finish/complete";
import { CopyMemory } from "./finish/copy-memory";
import { destinationConditions, isPinned, sourceConditions } from "./plan/conditions";
import { CopyFailure, CopyLost } from "../failure/copy-failure";
import { CopyRecord } from "./undo/record";
import type { Deadline } from "./watch/deadline";
import { explain } from "../failure/explain";
import { changedMeanwhile } from "../failure/service-codes";
import type { Journal, JournalEntry } from "./ports/journal";
import type { MadeCopies } from "./ports/made-copies";
import { lookAtBothSides } from "./plan/look";
import type { Situation } from "./plan/situation";
import type { MethodRun } from "./methods/method-run";
import { runMethod } from "./methods/run-method";
import { refuseToOverwrite, whyNotCopied } from "./plan/overwrite";
import { isStartedAsDeclared } from "./plan/sameness";
import { receiptOf } from "./finish/receipt";
import { anotherCopyIsPending, cannotBeLeftPending, cannotBeReplaced, otherType, whyRefused } from "./plan/refusal";
import { ownerOf } from "./recovery/ownership";
import { declaresProtection, isProtected, liftProtection, protect, protectionOf } from "./recovery/protection";
import { sameBlob } from "./recovery/same-source";
import { sourceIdentity } from "../util/source-identity";
import { awaitTheirs } from "./finish/await-theirs";
import { canBeMarked } from "./methods/own-mark";
import { unfinishedTag } from "./recovery/marks";
import { SourceLease } from "./watch/source-lease";

export interface CopyRun {
  readonly intent: CopyIntent;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: Journal;
  readonly made?: MadeCopies | undefined;
  readonly deadline: Deadline;
  /** See {@link RecordRun}. */
  readonly keepsRestorePoint?: boolean;
  /** The journal is of this very copy, which goes on: what it notes to have started is not started again; default false. */
  readonly goesOn?: boolean;
}

/** Somebody else who changes the destination between our look and our write makes us look again, this often. */
const LOOKS = 3;
/** Requests in flight for one large blob: the service serves each at a limited rate. */
const RANGE_CONCURRENCY = 64;
/** The service ends a copy that is pending for longer. */
const MAX_PENDING_MILLISECONDS = 14 * 24 * 3_600_000;

const noteNothing = () => Promise.resolve();

/**
 * One copy from the first look to its end. Until {@link settle} it can still be undone: restore point and journal are kept
 * until the results are safe.
 */
export class CopyLife {
  readonly #source: SourceObject;
  readonly #destination: DestinationBlob;
  readonly #record: CopyRecord;
  readonly #memory: CopyMemory;
  #lease: SourceLease | undefined;
  #adopted = false;
  #protectedBefore: BlobProperties | undefined;
  #receipt: Receipt | undefined;
  /** The service has taken a method, so there is none to fall back to. */
  #isTaken = false;

  constructor(
    private readonly declaration: CopyDeclaration,
    private readonly run: CopyRun,
  ) {
    this.#source = run.store.source(declaration.source);
    this.#destination = run.store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
    this.#record = new CopyRecord(this.#source, this.#destination, run);
    this.#memory = new CopyMemory(this.#source, this.#destination, run);
    run.deadline.endBefore(this.#destination);
  }

  /** Makes the destination what the declaration says. Rejects with a CopyFailure, before its rollback. */
  async copy(): Promise<Receipt> {
    const { stop } = this.run.deadline;
    for (let look = 1; ; look++) {
      try {
        this.#receipt = await this.#attempt();
        return this.#receipt;
      } catch (error) {
        if (stop.aborted) throw stop.reason;
        const mayLookAgain =
          look < LOOKS && (error instanceof CopyLost ? this.#adopted : changedMeanwhile(error) && !this.#record.isTouched);
        if (!mayLookAgain) throw explain(error, `The copy to ${this.#destination.url} failed`);
        await this.#releaseLease();
        this.#adopted = false;
        await this.#record.forget();
      }
    }
  }

  /** Abort first, then restore, whatever state the copy is in. */
  async undo(failure: CopyFailure): Promise<void> {
    await this.#record.undo(failure.what);
    await this.#protectAsBefore();
    await this.#releaseLease();
  }

  /** A later run goes on from the journal and from what is on the service. */
  async suspend(): Promise<void> {
    await this.#releaseLease();
  }

  /** Of a blob that was only protected; a locked policy stays. */
  async #protectAsBefore(): Promise<void> {
    const before = this.#protectedBefore;
    if (before === undefined) return;
    const url = this.#destination.url;
    try {
      const now = await this.#destination.getProperties();
      if (now?.etag !== before.etag) return;
      await liftProtection(this.#destination, now.shown);
      await protect(this.#destination, before.shown, {});
    } catch (error) {
      this.run.emit({ type: "warning", text: explain(error, `The hold and the policy of ${url} are not as they were before`).message });
    }
  }

  /** The results are safe: nothing will be undone any more. */
  async settle(): Promise<void> {
    await this.#releaseLease();
    await this.#memory.keep(this.#receipt);
    await this.#record.settle();
  }

  async #attempt(): Promise<Receipt> {
    const { run, declaration } = this;
    const startedAt = run.clock.now();
    const noted = run.journal.read(this.#destination.url);
    const situation = await this.#look();
    const { pending, now, source, tags, isLeftover } = situation;
    const begun = run.goesOn === true ? noted?.copyId : undefined;
    if (begun !== undefined && isLeftover && now?.copy?.id === begun && noted?.restoreCopyId === undefined)
      return this.#adopt(situation, begun, startedAt);
    if (pending !== undefined && now !== undefined) {
      const isWanted = pending.isFromDeclaredSource && isStartedAsDeclared(declaration, source, now, tags);
      if (pending.startedBy === "somebody's") {
        if (!isWanted || declaration.overwrite === OverwritePolicy.NEVER)
          throw anotherCopyIsPending(this.#destination.url, pending.copyId, now.copy?.source ?? "another source");
        return this.#awaitTheirs(situation, pending.copyId, startedAt);
      }
      if (pending.startedBy === "ours" && isWanted) return this.#adopt(situation, pending.copyId, startedAt);
      await this.#endEarlierCopy(
        pending.isFromDeclaredSource
          ? "an earlier run had started it with other properties"
          : "an earlier run had started it from another source",
      );
      return this.#attempt();
    }
    if (isLeftover && situation.before.exists && now !== undefined) refuseToOverwrite(declaration, this.#destination, now);
    const found = isLeftover ? undefined : ((await this.#protectWhatIsThere(situation)) ?? this.#skip(situation));
    return found ?? this.#copyByMethods(situation, startedAt);
  }

  /** Where nothing but a hold or a policy is not as declared: it is set. The service would not let the blob be replaced for it. */
  async #protectWhatIsThere(situation: Situation): Promise<Receipt | undefined> {
    const { declaration } = this;
    const { now } = situation;
    if (now === undefined || !declaresProtection(declaration)) return undefined;
    const compared = { ...declaration, overwrite: OverwritePolicy.IF_DIFFERENT };
    const whySame = this.#whyNotCopied(situation, now, compared);
    if (whySame !== undefined) return isProtected(now.shown) ? this.#found(situation, now, whySame) : undefined;
    const why = this.#whyNotCopied(situation, now, { ...compared, ...protectionOf(now.shown) });
    if (why === undefined) return undefined;
    this.run.deadline.stop.throwIfAborted();
    this.#protectedBefore = now;
    await protect(this.#destination, declaration, now.shown, { unmodifiedSince: now.lastModified });
    const after = await this.#destination.getProperties();
    if (after?.etag !== now.etag)
      throw CopyLost.because(`The blob ${this.#destination.url} is gone`, "somebody replaced or deleted it meanwhile");
    return this.#found(situation, after, `${why}, and its hold and policy are set`);
  }

  /** What is there already, where that is as declared; undefined to copy. */
  #skip(situation: Situation): Receipt | undefined {
    const { now } = situation;
    if (now === undefined) return undefined;
    const why = this.#whyNotCopied(situation, now, this.declaration);
    return why === undefined ? undefined : this.#found(situation, now, why);
  }

  #whyNotCopied({ source, tags }: Situation, now: BlobProperties, declaration: CopyDeclaration): string | undefined {
    const { memory } = this.#memory.recall(now, source?.etag);
    const sides = { source: this.#source, destination: this.#destination, sourceProperties: source, now, tags, memory };
    return whyNotCopied({ declaration, recopy: this.run.intent.recopy, ...sides });
  }

  #found({ source }: Situation, now: BlobProperties, why: string): Receipt {
    const { run, declaration } = this;
    const { made } = this.#memory.recall(now, source?.etag);
    const receipt = receiptOf({
      destination: this.#destination,
      now,
      source,
      method: made?.method ?? declaration.method,
      copyId: made?.copyId ?? "",
      completedOn: now.lastModified,
      origin: made === undefined ? "found" : "copied",
    });
    run.emit({ type: "copy-skipped", destination: this.#destination.url, why, receipt });
    return receipt;
  }

  #look(): Promise<Situation> {
    const { intent, journal, made, emit, deadline } = this.run;
    const request = {
      declaration: this.declaration,
      owner: ownerOf(intent),
      made,
      source: this.#source,
      destination: this.#destination,
      journal,
      emit,
      stop: deadline.stop,
    };
    return lookAtBothSides(request, (found) => this.#record.inherit(found));
  }

  /** Goes through the methods in order of preference until the service takes one. */
  async #copyByMethods(situation: Situation, startedAt: number): Promise<Receipt> {
    const sameAccount = this.#source.account === this.#destination.account;
    const methods = chooseMethods({
      declaration: this.declaration,
      sourceType: situation.source?.blobType,
      sourceIsArchived: situation.source?.tier === "Archive",
      sourceMetadata: situation.source?.metadata,
      length: situation.source?.length,
      sameAccount,
      wait: this.run.intent.wait,
    });
    if (methods.length === 0) throw cannotBeLeftPending(this.#destination.url);
    let current = situation;
    for (const [index, chosen] of methods.entries()) {
      const next = methods[index + 1];
      try {
        return await this.#copyBy(chosen, current, startedAt);
      } catch (error) {
        // Once a method was taken, a refusal of what comes after it, such as a look, is none of the method.
        const why = this.#isTaken ? undefined : whyRefused(error, { sameAccount, isEmpty: situation.source?.length === 0 });
        if (next === undefined || why === undefined) throw error;
        this.run.emit({ type: "method-refused", destination: this.#destination.url, method: chosen.method, next: next.method, why });
        // What the refused method had begun by then is recognised like anything else that is left unfinished.
        if (this.#record.isTouched) current = await this.#look();
      }
    }
    throw new Error("no copy method was chosen");
  }

  async #copyBy({ method, why }: ChosenMethod, situation: Situation, startedAt: number): Promise<Receipt> {
    const { run, declaration } = this;
    const { emit, intent, deadline } = run;
    const { source, now } = situation;
    const type = resultingType(method, source?.blobType);
    if (now !== undefined && !situation.isLeftover && now.blobType !== type) throw otherType(this.#destination.url, now.blobType, type);
    const refusal = situation.isLeftover ? undefined : whyNotReplaced(situation, this.#destination.url, run);
    if (refusal !== undefined) throw refusal;
    emit({ type: "method-chosen", destination: this.#destination.url, source: this.#source.url, method, why, bytesTotal: source?.length });
    const readable = await this.#source.readable(
      method,
      this.#destination.account,
      intent.wait ? intent.timeoutMilliseconds : MAX_PENDING_MILLISECONDS,
    );
    const pinned = isPinned(declaration, method, this.#source, source);
    const isGuarded = needsRestorePoint(method, declaration, pinned, source);
    const isMarked = await this.#canBeMarked(method, situation, isGuarded);
    await this.#record.begin(method, situation, { source: sourceIdentity(readable.url), needsRestorePoint: isGuarded, isMarked });
    // A lease on what is overwritten would keep the copy itself out.
    const isOntoItself = !this.#source.isImmutable && sameBlob(this.#source.url, this.#destination.url);
    if (declaration.sourceGuard === SourceGuard.LEASE && !isOntoItself)
      this.#lease ??= await SourceLease.acquire(this.#source, run.clock, emit, deadline.stop);
    deadline.stop.throwIfAborted();
    const methodRun = {
      ...this.#methodRun(source),
      isPinned: pinned,
      isMarked,
      readable,
      sourceConditions: sourceConditions(declaration, method, this.#source, source),
      destinationConditions: destinationConditions(declaration, now, isGuarded),
      etagBefore: now?.etag,
      copyIdBefore: now?.copy?.id,
    };
    this.#isTaken = false;
    const started = await runMethod(method, methodRun);
    this.#isTaken = true;
    const { copyId, origin } = started;
    if (copyId !== "") emit({ type: "copy-started", destination: this.#destination.url, copyId, status: started.status });
    deadline.stop.throwIfAborted();
    if (started.status === "pending" && !intent.wait && !needsSteps(method, declaration, source))
      return leavePending(methodRun, method, copyId, origin);
    // What is only found is not noted as ours, so nothing of it is undone.
    return completeCopy(origin === "found" ? { ...methodRun, note: noteNothing } : methodRun, method, started, startedAt);
  }

  #canBeMarked(method: CopyMethod, { source, now }: Situation, isGuarded: boolean): Promise<boolean> {
    const { declaration, run } = this;
    const { wait } = run.intent;
    const sides = { source, now, destination: this.#destination };
    return canBeMarked({
      method,
      needsRestorePoint: isGuarded,
      declaration,
      owner: ownerOf(run.intent),
      wait,
      ...sides,
      stop: run.deadline.stop,
    });
  }

  /**
   * Waits for a pending copy of the same source, which is as good as one started now. Nothing proves that it is ours, so
   * nothing of it is undone, and what the declaration wants besides is made by a copy of our own.
   */
  async #awaitTheirs({ source }: Situation, copyId: string, startedAt: number): Promise<Receipt> {
    this.#adopted = true;
    const { run, declaration } = this;
    run.emit({ type: "copy-adopted", destination: this.#destination.url, copyId });
    const methodRun = { ...this.#methodRun(source), note: noteNothing };
    if (!run.intent.wait) return leavePending(methodRun, CopyMethod.COPY_BLOB, copyId, "found");
    const { clock, emit, deadline } = run;
    const done = await awaitTheirs({ destination: this.#destination, copyId, clock, emit, stop: deadline.stop });
    if (done === undefined || needsSteps(CopyMethod.COPY_BLOB, declaration, source)) return this.#attempt();
    return completeCopy(methodRun, CopyMethod.COPY_BLOB, { status: "success", copyId, etag: done.etag, origin: "found" }, startedAt);
  }

  /** A pending copy of this deployment, of the same source, is as good as one started now. */
  async #adopt({ source, now }: Situation, copyId: string, startedAt: number): Promise<Receipt> {
    this.#adopted = true;
    this.run.emit({ type: "copy-adopted", destination: this.#destination.url, copyId });
    const methodRun = this.#methodRun(source);
    if (!this.run.intent.wait) return leavePending(methodRun, CopyMethod.COPY_BLOB, copyId);
    return completeCopy(methodRun, CopyMethod.COPY_BLOB, { status: "pending", copyId, etag: now?.etag ?? "" }, startedAt);
  }

  #methodRun(source: Situation["source"]): MethodRun {
    const { declaration, run } = this;
    return {
      declaration,
      owner: ownerOf(run.intent),
      source: this.#source,
      sourceProperties: source,
      isPinned: isPinned(declaration, CopyMethod.COPY_BLOB, this.#source, source),
      isMarked: false,
      destination: this.#destination,
      readable: { url: this.#source.url },
      sourceConditions: undefined,
      destinationConditions: undefined,
      tags: tagsFitTheHeader(declaration.tags) ? declaration.tags : unfinishedTag(ownerOf(run.intent)),
      concurrency: RANGE_CONCURRENCY,
      etagBefore: undefined,
      copyIdBefore: undefined,
      clock: run.clock,
      emit: run.emit,
      stop: run.deadline.stop,
      note: (change) => this.#note(change),
      startIsInFlight: (start) => this.#record.startIsInFlight(start),
    };
  }

  /** A journal may take its time: what is cancelled meanwhile is not begun. */
  async #note(change: Partial<JournalEntry>): Promise<void> {
    await this.#record.note(change);
    const { stop } = this.run.deadline;
    if (change.touched !== true || !stop.aborted) return;
    await this.#record.note({ touched: false });
    throw stop.reason;
  }

  /** A pending copy that an earlier run of this resource started, and that is not what is declared now, is undone first. */
  async #endEarlierCopy(why: string): Promise<void> {
    const result = await this.#record.undo(why);
    if (result?.outcome !== "incomplete") return;
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: `What an earlier run left at ${this.#destination.url} could not be undone`,
      side: "destination",
      why: result.detail,
      remedy: "deploy again",
    });
  }

  async #releaseLease(): Promise<void> {
    await this.#lease?.release();
    this.#lease = undefined;
  }
}

/** Before a restore point is taken, which the service might not let be removed again. */
function whyNotReplaced({ now }: Situation, url: string, { intent, clock }: CopyRun): CopyFailure | undefined {
  if (now === undefined || intent.rollback === RollbackPolicy.ABORT_ONLY) return undefined;
  return cannotBeReplaced(url, now, clock.now());
}
