import { CopyDeclaration, CopyIntent, CopyMethod, Receipt, RollbackPolicy, SourceGuard } from "../intent";
import { ExitCode } from "../process/exit-code";
import type { EventSink } from "../report/events";
import type { BlobStore, DestinationBlob, SourceObject } from "./blob-store";
import { ChosenMethod, chooseMethods, needsRestorePoint, tagsFitTheHeader } from "./choose-method";
import type { Clock } from "./clock";
import { destinationConditions, sourceConditions } from "./conditions";
import { CopyFailure } from "./copy-failure";
import { Deadline } from "./deadline";
import { explain } from "./explain";
import { finishCopy } from "./finish";
import type { Journal, JournalEntry } from "./journal";
import { lookAtBothSides, Situation } from "./look";
import type { MethodRun } from "./methods/method-run";
import { runMethod } from "./methods/run-method";
import { whyNotCopied } from "./overwrite";
import { RestorePointImpossible, whyRefused } from "./refusal";
import { receiptOf } from "./receipt-of";
import { removeRestorePoint, takeRestorePoint } from "./restore-point";
import { rollback } from "./rollback";
import { ServiceError } from "./service-error";
import { SourceLease } from "./source-lease";
import { CopyLost, waitForCopy } from "./wait";

export interface CopyRun {
  readonly intent: CopyIntent;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: Journal;
  readonly deadline: Deadline;
}

/** Somebody else who changes the destination between our look and our write makes us look again, this often. */
const LOOKS = 3;
/** Requests in flight for one large blob: the service serves each at a limited rate. */
const RANGE_CONCURRENCY = 64;
/** The service keeps a pending copy for two weeks, but no user delegation SAS for longer than one. */
const LONGEST_SOURCE_ACCESS_MILLISECONDS = 7 * 24 * 3_600_000;

/**
 * One copy from the first look to its end. Until {@link settle} it can still be undone: restore point and journal are kept
 * until the results are safe.
 */
export class CopyLife {
  readonly #source: SourceObject;
  readonly #destination: DestinationBlob;
  #entry: JournalEntry | undefined;
  #lease: SourceLease | undefined;
  #obsolete: readonly string[] = [];
  #adopted = false;

  constructor(
    private readonly declaration: CopyDeclaration,
    private readonly run: CopyRun,
  ) {
    this.#source = run.store.source(declaration.source);
    this.#destination = run.store.destination(declaration.destination);
    run.deadline.endBefore(this.#destination.credentialExpiresOn);
  }

  /** Makes the destination what the declaration says. Rejects with a {@link CopyFailure}, before its rollback. */
  async copy(): Promise<Receipt> {
    const { stop } = this.run.deadline;
    for (let look = 1; ; look++) {
      try {
        return await this.#attempt();
      } catch (error) {
        if (stop.aborted) throw stop.reason;
        const mayLookAgain = look < LOOKS && (error instanceof CopyLost ? this.#adopted : isChangedMeanwhile(error) && this.#entry?.touched !== true);
        if (!mayLookAgain) throw explain(error, `The copy to ${this.#destination.url} failed`);
        await this.#forget();
      }
    }
  }

  /** Abort first, then restore, whatever state the copy is in. */
  async undo(failure: CopyFailure): Promise<void> {
    if (this.#entry !== undefined) {
      const { clock, emit, journal } = this.run;
      const result = await rollback({
        entry: this.#entry,
        destination: this.#destination,
        leaseId: this.declaration.destinationLeaseId,
        clock,
        emit,
        why: failure.what,
      });
      if (result.outcome !== "incomplete") journal.remove(this.#destination.url);
    }
    await this.#lease?.release();
  }

  /** The results are safe: nothing will be undone any more. */
  async settle(): Promise<void> {
    const { clock, emit, journal } = this.run;
    await this.#lease?.release();
    const own = this.#entry?.before.restorePoint;
    for (const point of own === undefined ? this.#obsolete : [...this.#obsolete, own]) {
      if (await removeRestorePoint(this.#destination, point, clock)) continue;
      emit({ type: "warning", text: `${this.#destination.url}: restore point ${point} could not be deleted; the next run deletes it` });
    }
    journal.remove(this.#destination.url);
  }

  async #attempt(): Promise<Receipt> {
    const { run, declaration } = this;
    const startedAt = run.clock.now();
    const situation = await this.#look();
    const { pending, now, source } = situation;
    if (pending?.ours === "same source") return this.#adopt(situation, pending.copyId, startedAt);
    if (pending !== undefined) {
      await this.#endEarlierCopy(situation, pending.copyId);
      return this.#attempt();
    }
    if (now !== undefined && situation.before.exists) {
      const why = whyNotCopied({ declaration, recopy: run.intent.recopy, destination: this.#destination, source, now, tags: situation.before.tags });
      if (why !== undefined) {
        const receipt = receiptOf({ destination: this.#destination, now, source, method: declaration.method, copyId: "", completedOn: now.lastModified });
        run.emit({ type: "copy-skipped", destination: this.#destination.url, why, receipt });
        return receipt;
      }
    }
    return this.#copyByMethods(situation, startedAt);
  }

  async #look(): Promise<Situation> {
    const { intent, journal, emit, deadline } = this.run;
    const situation = await lookAtBothSides({
      declaration: this.declaration,
      intent,
      source: this.#source,
      destination: this.#destination,
      journal,
      emit,
      stop: deadline.stop,
    });
    this.#obsolete = situation.obsolete;
    return situation;
  }

  /** Goes through the methods in order of preference until the service takes one. */
  async #copyByMethods(situation: Situation, startedAt: number): Promise<Receipt> {
    const sameAccount = this.#source.account === this.#destination.account;
    const methods = chooseMethods({
      declaration: this.declaration,
      sourceType: situation.source?.blobType,
      sourceIsArchived: situation.source?.accessTier === "Archive",
      length: situation.source?.length,
      sameAccount,
      wait: this.run.intent.wait,
    });
    let current = situation;
    for (const [index, chosen] of methods.entries()) {
      const next = methods[index + 1];
      try {
        return await this.#copyBy(chosen, current, startedAt);
      } catch (error) {
        const why = whyRefused(error, sameAccount);
        if (next === undefined || why === undefined) throw error;
        this.run.emit({ type: "method-refused", destination: this.#destination.url, method: chosen.method, next: next.method, why });
        // What the refused method had begun by then is recognised like anything else that is left unfinished.
        if (this.#entry?.touched === true) current = await this.#look();
      }
    }
    throw new Error("no copy method was chosen");
  }

  async #copyBy({ method, why }: ChosenMethod, situation: Situation, startedAt: number): Promise<Receipt> {
    const { run, declaration } = this;
    const { emit, intent, deadline } = run;
    const { source, now } = situation;
    emit({ type: "method-chosen", destination: this.#destination.url, source: this.#source.url, method, why, bytesTotal: source?.length });
    const readable = await this.#source.readable(method, this.#destination.account, intent.wait ? intent.timeoutMilliseconds : LONGEST_SOURCE_ACCESS_MILLISECONDS);
    await this.#takeRestorePoint(method, situation);
    if (declaration.sourceGuard === SourceGuard.LEASE) this.#lease ??= await SourceLease.acquire(this.#source, run.clock, emit, deadline.stop);
    const methodRun: MethodRun = {
      declaration,
      owner: intent.owner,
      source: this.#source,
      sourceProperties: source,
      destination: this.#destination,
      readable,
      sourceConditions: sourceConditions(declaration, method, this.#source, source),
      destinationConditions: destinationConditions(declaration, method, now),
      tags: tagsFitTheHeader(declaration.tags) ? declaration.tags : undefined,
      concurrency: RANGE_CONCURRENCY,
      copyIdBefore: now?.copy?.id,
      clock: run.clock,
      emit,
      stop: deadline.stop,
      note: (change) => this.#note(change),
    };
    const started = await runMethod(method, methodRun);
    const { copyId } = started;
    if (copyId !== "") emit({ type: "copy-started", destination: this.#destination.url, copyId, status: started.status });
    if (deadline.stop.aborted) throw deadline.stop.reason;
    if (started.status === "pending" && !intent.wait) return this.#leavePending(method, copyId, source);
    return this.#complete(methodRun, method, copyId, started.status !== "success", startedAt);
  }

  /** A pending copy of the same source is as good as one started now. */
  async #adopt(situation: Situation, copyId: string, startedAt: number): Promise<Receipt> {
    const { declaration, run } = this;
    const { source } = situation;
    this.#adopted = true;
    this.#entry = { ...this.#newEntry(CopyMethod.COPY_BLOB, situation), touched: true, copyId };
    run.journal.write(this.#entry);
    run.emit({ type: "copy-adopted", destination: this.#destination.url, copyId });
    if (!run.intent.wait) return this.#leavePending(CopyMethod.COPY_BLOB, copyId, source);
    const methodRun: MethodRun = {
      declaration,
      owner: run.intent.owner,
      source: this.#source,
      sourceProperties: source,
      destination: this.#destination,
      readable: { url: this.#source.url },
      sourceConditions: undefined,
      destinationConditions: undefined,
      tags: undefined,
      concurrency: 1,
      copyIdBefore: undefined,
      clock: run.clock,
      emit: run.emit,
      stop: run.deadline.stop,
      note: (change) => this.#note(change),
    };
    return this.#complete(methodRun, CopyMethod.COPY_BLOB, copyId, true, startedAt);
  }

  /** `wait: false`: the result is that the copy was started. */
  async #leavePending(method: CopyMethod, copyId: string, source: Situation["source"]): Promise<Receipt> {
    const now = await this.#destination.getProperties(this.#leaseOption);
    if (now === undefined) throw gone(this.#destination.url);
    this.run.emit({ type: "copy-left-pending", destination: this.#destination.url, copyId });
    return receiptOf({ destination: this.#destination, now, source, method, copyId, completedOn: undefined });
  }

  /** Waits for a started copy, completes and verifies it. */
  async #complete(methodRun: MethodRun, method: CopyMethod, copyId: string, mustWait: boolean, startedAt: number): Promise<Receipt> {
    const { clock, emit, deadline } = this.run;
    const { stop } = deadline;
    const copied = mustWait
      ? await waitForCopy({ destination: this.#destination, copyId, leaseId: this.declaration.destinationLeaseId, clock, emit, stop })
      : await this.#destination.getProperties({ signal: stop, ...this.#leaseOption });
    if (copied === undefined) throw gone(this.#destination.url);
    this.#note({ etag: copied.etag });
    const now = await finishCopy(methodRun, method, copied);
    const completedOn = copied.copy?.completedOn ?? copied.lastModified;
    const receipt = receiptOf({ destination: this.#destination, now, source: methodRun.sourceProperties, method, copyId, completedOn });
    if (stop.aborted) throw stop.reason;
    emit({ type: "copy-completed", destination: this.#destination.url, receipt, elapsedMilliseconds: clock.now() - startedAt });
    return receipt;
  }

  /** A pending copy that an earlier run of this resource started from another source is undone first. */
  async #endEarlierCopy(situation: Situation, copyId: string): Promise<void> {
    const entry = { ...this.#newEntry(CopyMethod.COPY_BLOB, situation), source: situation.now?.copy?.source ?? "", touched: true, copyId };
    const { clock, emit, journal } = this.run;
    await rollback({
      entry,
      destination: this.#destination,
      leaseId: this.declaration.destinationLeaseId,
      clock,
      emit,
      why: "an earlier run had started it from another source",
    });
    journal.remove(this.#destination.url);
  }

  /** Where this method needs a restore point, it comes first; and the journal knows of it before anything is written. */
  async #takeRestorePoint(method: CopyMethod, situation: Situation): Promise<void> {
    const { intent, emit, journal } = this.run;
    const taken = this.#entry?.before.restorePoint !== undefined;
    const before = taken && this.#entry !== undefined ? this.#entry.before : situation.before;
    this.#entry = { ...this.#newEntry(method, situation), before };
    const isWanted = intent.rollback === RollbackPolicy.RESTORE && intent.wait;
    if (isWanted && before.exists && before.restorePoint === undefined && needsRestorePoint(method, this.declaration)) {
      const mark = { owner: intent.owner, source: this.#source.url };
      const restorable = await takeRestorePoint(this.#destination, before, mark, this.declaration.destinationLeaseId).catch((error: unknown) => {
        throw isChangedMeanwhile(error) ? error : new RestorePointImpossible(this.#destination.url, explain(error, ""));
      });
      this.#entry = { ...this.#entry, before: restorable };
      emit({ type: "restore-point-taken", destination: this.#destination.url, snapshot: restorable.restorePoint ?? "" });
    }
    journal.write(this.#entry);
  }

  /** Nothing was written yet, so there is only the restore point and the lease to give back before looking again. */
  async #forget(): Promise<void> {
    await this.#lease?.release();
    this.#lease = undefined;
    const point = this.#entry?.before.restorePoint;
    if (point !== undefined && !this.#adopted) await removeRestorePoint(this.#destination, point, this.run.clock);
    this.#adopted = false;
    this.#entry = undefined;
    this.run.journal.remove(this.#destination.url);
  }

  #newEntry(method: CopyMethod, { before }: Situation): JournalEntry {
    const { owner, rollback: policy } = this.run.intent;
    return { destination: this.#destination.url, owner, source: this.#source.url, method, rollback: policy, before, touched: false };
  }

  #note(change: Partial<JournalEntry>): void {
    if (this.#entry === undefined) throw new Error("a step was noted before the copy was entered in the journal");
    this.#entry = { ...this.#entry, ...change };
    this.run.journal.write(this.#entry);
  }

  get #leaseOption(): { readonly leaseId?: string } {
    const leaseId = this.declaration.destinationLeaseId;
    return leaseId === undefined ? {} : { leaseId };
  }
}

/** Our own guard on the destination's state did not hold: what we saw is no longer what is there. */
function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof ServiceError && ["TargetConditionNotMet", "ConditionNotMet", "BlobAlreadyExists", "PendingCopyOperation"].includes(error.code);
}

function gone(url: string): CopyLost {
  return new CopyLost({
    exitCode: ExitCode.COPY_FAILED,
    what: `The copy to ${url} is gone`,
    side: "destination",
    why: "somebody deleted the destination right after it was written",
    remedy: "find out who else writes this blob, then deploy again",
  });
}
