import { addsSnapshot, type CopyDeclaration, OverwritePolicy, type Receipt } from "../../intent";
import { CopyFailure, CopyLost } from "../../failure/copy-failure";
import { explain } from "../../failure/explain";
import { changedMeanwhile } from "../../failure/service-codes";
import type { CopyRun } from "../copy-run";
import { ExistingBlob } from "./existing-blob";
import { awaitTheirs } from "../finish/await-theirs";
import { completeCopy, leavePending } from "../finish/complete";
import { CopyMemory } from "../finish/copy-memory";
import { type CopyInHand, methodRunOf, noteNothing } from "./copy-in-hand";
import { MethodTries } from "./method-tries";
import { unmetCondition } from "../methods/run/unmet-condition";
import { asynchronousMethod, awaitsRehydration, needsSteps } from "../methods/run/traits";
import { inspectBothSides } from "../plan/inspect";
import { refuseToOverwrite } from "../plan/overwrite";
import { anotherCopyIsPending, leftoversStay } from "../plan/refusal";
import { isStartedAsDeclared } from "../plan/started-as-declared";
import { isOfEarlierState } from "../plan/earlier-state";
import type { Situation } from "../plan/situation";
import type { BlobProperties } from "../ports/blob-properties";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import { isUnfinishedBy } from "../recovery/marks";
import { ownerOf } from "../recovery/ownership";
import { sameSource } from "../recovery/same-source";
import { CopyRecord } from "../undo/record";
import type { RollbackResult } from "../undo/rollback-result";
import { answerOf } from "../watch/grace";
import { mayGetRole } from "../watch/role-wait";
import { isSameCopyId } from "../../util/same/same-copy-id";

/** More than any step takes once the copy has to end. */
const LAST_GRACE_MILLISECONDS = 15_000;
/** Inspections while another client keeps changing the destination before our write. */
const MAX_INSPECTIONS = 3;
/**
 * One copy from the first inspection to its end. Until {@link settle} it can still be undone:
 * restore point and journal are kept until the results are safe.
 */
export class CopyLife {
  readonly #source: SourceObject;
  readonly #destination: DestinationBlob;
  readonly #record: CopyRecord;
  readonly #hand: CopyInHand;
  readonly #memory: CopyMemory;
  readonly #existing: ExistingBlob;
  readonly #tries: MethodTries;
  #adopted = false;
  #receipt: Receipt | undefined;
  #undoOfEarlier: Promise<RollbackResult | undefined> | undefined;

  constructor(
    private readonly declaration: CopyDeclaration,
    private readonly run: CopyRun,
  ) {
    this.#source = run.store.source(declaration.source);
    this.#destination = run.store.destination(declaration.destination, { leaseId: declaration.destinationLeaseId });
    this.#record = new CopyRecord(this.#source, this.#destination, run);
    this.#memory = new CopyMemory(this.#source, this.#destination, run);
    this.#hand = { declaration, run, source: this.#source, destination: this.#destination, record: this.#record };
    this.#existing = new ExistingBlob({ ...this.#hand, memory: this.#memory });
    this.#tries = new MethodTries({ ...this.#hand, inspect: () => this.#inspect() });
    run.deadline.endBefore(this.#destination);
  }

  /** Makes the destination as declared. Rejects with a CopyFailure, before its rollback. */
  async copy(): Promise<Receipt> {
    const { deadline, clock, emit, intent } = this.run;
    const { stop } = deadline;
    // The other half of the time is left for the copy.
    const roleWait = { until: clock.now() + intent.timeoutMilliseconds / 2, clock, emit, stop };
    for (let inspection = 1; ; inspection++) {
      try {
        // Also stops waiting for steps that no signal ends. They cannot begin anything afterwards.
        this.#receipt = await answerOf(this.#attempt(), stop, LAST_GRACE_MILLISECONDS, clock);
        return this.#receipt;
      } catch (error) {
        if (stop.aborted) throw stop.reason;
        const mayInspectAgain =
          inspection < MAX_INSPECTIONS && (error instanceof CopyLost ? this.#adopted : changedMeanwhile(error) && !this.#record.isTouched);
        const mayWait = !mayInspectAgain && this.run.waitsForRole !== false && !this.#record.isTouched;
        if (mayWait && (await mayGetRole(error, roleWait))) inspection--;
        else if (!mayInspectAgain) throw explain(error, `The copy to ${this.#destination.url} failed`);
        await this.#tries.releaseLease();
        this.#adopted = false;
        await this.#record.forget();
      }
    }
  }

  /** Aborts first, then restores, in any state of the copy. */
  async undo(failure: CopyFailure): Promise<void> {
    this.#record.giveUp();
    await this.#undoOfEarlier?.catch(() => undefined);
    await this.#record.undo(failure.what);
    await this.#existing.protectAsBefore();
    await this.#tries.releaseLease();
  }

  /** A later run continues from the journal and from the state on the service. */
  async suspend(): Promise<void> {
    await this.#tries.releaseLease();
  }

  /** The results are safe, so from now on nothing is undone. */
  async settle(): Promise<void> {
    await this.#tries.releaseLease();
    await this.#memory.keep(this.#receipt);
    await this.#record.settle();
  }

  async #attempt(): Promise<Receipt> {
    const { run, declaration } = this;
    const startedAt = run.clock.now();
    const noted = run.journal.read(this.#destination.url);
    const situation = await this.#inspect();
    const { pending, now, source, tags, isLeftover } = situation;
    const begun = run.goesOn === true ? noted?.copyId : undefined;
    if (begun !== undefined && isLeftover && isSameCopyId(now?.copy?.id, begun) && noted?.restoreCopyId === undefined)
      return this.#adopt(situation, begun, startedAt);
    const ended = this.#rehydrating(situation) ?? (await this.#addedWhole(situation));
    if (ended !== undefined) return this.#adopt(situation, ended, startedAt);
    if (isLeftover && now?.isChain === true && now.copy?.status === "success") {
      await this.#endEarlierCopy("an earlier run had copied another snapshot, and was cut off before its end");
      return this.#attempt();
    }
    if (pending !== undefined && now !== undefined) {
      const notes = [noted, run.made?.read(this.#destination.url)];
      const isOutdated = isOfEarlierState({ source, now, notes });
      const isWanted = pending.isFromDeclaredSource && isStartedAsDeclared(declaration, source, now, tags);
      if (pending.startedBy === "unknown") {
        if (!isWanted || declaration.overwrite === OverwritePolicy.NEVER)
          throw anotherCopyIsPending(this.#destination.url, pending.copyId, now.copy?.source ?? "");
        return this.#awaitTheirs(situation, { copyId: pending.copyId, isOutdated }, startedAt);
      }
      if (pending.startedBy === "ours" && isWanted && !isOutdated) return this.#adopt(situation, pending.copyId, startedAt);
      await this.#endEarlierCopy(
        pending.isFromDeclaredSource
          ? `an earlier run had started it ${isWanted ? "before the source was changed" : "with other properties"}`
          : `an earlier run had started it from ${situation.copiedFrom === "" ? "a source that the service does not show" : "another source"}`,
      );
      return this.#attempt();
    }
    const whyInTheWay = isLeftover && now !== undefined && this.#undoOfEarlier === undefined ? this.#whyInTheWay(now) : undefined;
    if (whyInTheWay !== undefined) {
      await this.#endEarlierCopy(whyInTheWay);
      return this.#attempt();
    }
    if (isLeftover && situation.before.exists && now !== undefined) refuseToOverwrite(declaration, this.#destination, now);
    const found = isLeftover ? undefined : ((await this.#existing.protect(situation)) ?? (await this.#existing.skip(situation)));
    return found ?? this.#tries.copy(situation, startedAt, run.goesOn === true ? noted : undefined);
  }

  /**
   * Why a blob that an earlier run left is undone first: it cannot be replaced, or it does not meet
   * a declared condition.
   */
  #whyInTheWay(left: BlobProperties): string | undefined {
    if (left.tier === "Archive") return "an earlier run had left it in the archive, where the service does not replace blobs";
    const unmet = unmetCondition("destination", this.#destination.url, this.declaration.destinationConditions, left);
    return unmet && "an earlier run had left it, and a declared condition is about what was there before";
  }

  /**
   * Copy id of a copy from the archive that an earlier run of this deployment made and waited for.
   * Another copy would take as long again.
   */
  #rehydrating({ isLeftover, now, copiedFrom, source, tags }: Situation): string | undefined {
    const { declaration } = this;
    const copy = now?.copy;
    if (!isLeftover || now === undefined || copy?.status !== "success" || !awaitsRehydration(declaration)) return undefined;
    const isWanted = sameSource(copiedFrom, this.#source.identity) && isStartedAsDeclared(declaration, source, now, tags);
    return isWanted && source?.tier === "Archive" ? copy.id : undefined;
  }

  /**
   * Copy id of a snapshot that an earlier run of this deployment added to a chain. That run was
   * lost before its results were safe, but the snapshot is complete.
   */
  async #addedWhole({ isLeftover, now, copiedFrom }: Situation): Promise<string | undefined> {
    const copy = now?.copy;
    if (!addsSnapshot(this.declaration.method) || !isLeftover || now?.isChain !== true || copy?.status !== "success") return undefined;
    const { destinationSnapshot: added } = copy;
    if (added === undefined || !sameSource(copiedFrom, this.#source.identity)) return undefined;
    // A rollback that was cut off may have deleted it, but the service continues to show it.
    return (await this.#destination.hasSnapshot(added, { signal: this.run.deadline.stop })) ? copy.id : undefined;
  }

  #inspect(): Promise<Situation> {
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
    return inspectBothSides(request, (found) => this.#record.inherit(found));
  }

  /**
   * Waits for a pending copy of the same source, which is as good as one started now. Nothing
   * proves that it is ours, so it is never undone. Where more is declared, a copy of our own
   * follows.
   */
  async #awaitTheirs(
    { source }: Situation,
    { copyId, isOutdated }: { readonly copyId: string; readonly isOutdated: boolean },
    startedAt: number,
  ): Promise<Receipt> {
    this.#adopted = true;
    const { run, declaration } = this;
    run.emit({ type: "copy-adopted", destination: this.#destination.url, copyId, status: "pending", isAwaited: run.intent.wait });
    const methodRun = { ...methodRunOf(this.#hand, source), note: noteNothing };
    const method = asynchronousMethod(declaration.method);
    if (!run.intent.wait) return leavePending(methodRun, method, copyId, "found");
    const { clock, emit, deadline } = run;
    const theirs = awaitTheirs({ destination: this.#destination, copyId, clock, emit, stop: deadline.stop });
    const done = await theirs.catch((error: unknown) => {
      // The service fails that copy because the source was written since its start. A copy of our
      // own does not have that problem.
      if (isOutdated && error instanceof CopyFailure && !deadline.stop.aborted) return undefined;
      throw error;
    });
    if (done === undefined || isOutdated || needsSteps(method, declaration, source)) return this.#attempt();
    return completeCopy(methodRun, method, { status: "success", copyId, etag: done.etag, origin: "found" }, startedAt);
  }

  /** Takes over a copy that this deployment started from the same source. */
  async #adopt({ source, now }: Situation, copyId: string, startedAt: number): Promise<Receipt> {
    this.#adopted = true;
    const status = now?.copy?.status ?? "pending";
    this.run.emit({ type: "copy-adopted", destination: this.#destination.url, copyId, status, isAwaited: this.run.intent.wait });
    const isMarked = now !== undefined && isUnfinishedBy(ownerOf(this.run.intent), now.metadata);
    const methodRun = { ...methodRunOf(this.#hand, source), isMarked };
    const method = asynchronousMethod(this.declaration.method);
    if (!this.run.intent.wait) return leavePending(methodRun, method, copyId);
    return completeCopy(methodRun, method, { status: "pending", copyId, etag: now?.etag ?? "" }, startedAt);
  }

  /** Undoes leftovers of an earlier run that are in the way of the declared copy. */
  async #endEarlierCopy(why: string): Promise<void> {
    this.#undoOfEarlier = this.#record.undo(why);
    const result = await this.#undoOfEarlier;
    if (result?.outcome !== "incomplete") return;
    throw leftoversStay(this.#destination.url, result.detail);
  }
}
