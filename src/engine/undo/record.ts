import { type CopyIntent, CopyMethod, RollbackPolicy } from "../../intent";
import type { EventSink } from "../ports/events";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { StartedCopy } from "../ports/requests";
import type { Clock } from "../ports/clock";
import { explain } from "../../failure/explain";
import { changedMeanwhile, isForbidden } from "../../failure/service-codes";
import type { Before, Journal, JournalEntry } from "../ports/journal";
import { defined } from "../../util/defined";
import type { DestinationSituation, Situation } from "../plan/situation";
import { ownerOf } from "../recovery/ownership";
import { RestorePointImpossible } from "../plan/refusal";
import { inTime } from "../recovery/in-time";
import type { FoundRestorePoint } from "../recovery/marks";
import { findRestorePoints, holdsTheSame, removeRestorePoint, tagsToKeep, takeRestorePoint } from "../recovery/restore-point";
import { withGrace } from "../watch/grace";
import { rollback } from "./rollback";
import { isLeftToNextRun, type RollbackResult } from "./rollback-result";

/** What is given up after that is looked for by its mark; nearly every one is there by then, and known by its name. */
const RESTORE_POINT_GRACE_MILLISECONDS = 5_000;

export interface RecordRun {
  readonly intent: Pick<CopyIntent, "owner" | "deployment" | "rollback" | "wait">;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: Journal;
  readonly deadline: { readonly stop: AbortSignal };
  /** The copy may be undone after it was complete, so what it replaces is kept whatever the method; default false. */
  readonly keepsRestorePoint?: boolean;
}

/** One method's try. */
export interface Attempt {
  /** As the service shows it, see {@link SourceObject.identity}. */
  readonly source: string;
  readonly sourceEtag: string | undefined;
  readonly needsRestorePoint: boolean;
  /** See {@link JournalEntry.isMarked}. */
  readonly isMarked: boolean;
  /** The service does not know how to take marks off again, so that a restore point is to carry none. */
  readonly marksStay: boolean;
  /** See {@link JournalEntry.finalMetadata}; undefined where it is not known. */
  readonly finalMetadata: JournalEntry["finalMetadata"];
  /** What an earlier slice of this very copy noted of the same method. */
  readonly earlier: JournalEntry | undefined;
}

/** What one copy has done to its destination so far, noted in the journal before each step, and how it is undone. */
export class CopyRecord {
  /** Begins as what an earlier run noted and did not get to undo. */
  #entry: JournalEntry | undefined;
  #wasTouched = false;
  /** What was begun before and comes late may begin nothing more. */
  #isOver = false;
  #startInFlight = false;
  #startedCopyId: string | undefined;
  /** All restore points of ours: none is needed any more when the copy has come to its end, good or bad. */
  readonly #points = new Set<string>();
  /** Of which only a complete copy makes an end. */
  readonly #doubtful = new Set<string>();
  /** What tells a later run that they are, where nothing on the service does. */
  #theirs: JournalEntry | undefined;

  constructor(
    private readonly source: SourceObject,
    private readonly destination: DestinationBlob,
    private readonly run: RecordRun,
  ) {
    this.#entry = run.journal.read(destination.url);
    this.#wasTouched = this.#entry?.touched === true;
  }

  /** This run, not an earlier one, may have changed the destination. */
  get isTouched(): boolean {
    return this.#entry?.touched === true && !this.#wasTouched;
  }

  /** Takes over what an earlier run left; while this run is at work, its own notes say more. */
  async inherit(found: DestinationSituation): Promise<void> {
    for (const { snapshot } of found.points ?? []) this.#points.add(snapshot);
    for (const { snapshot } of found.doubtful ?? []) this.#doubtful.add(snapshot);
    if (this.isTouched) return;
    if (this.#entry?.isWrittenInto === true && !found.isLeftover && this.#doubtful.size > 0) this.#theirs = this.#entry;
    this.#wasTouched = found.isLeftover;
    this.#entry = undefined;
    if (!found.isLeftover || found.now === undefined) return;
    const { pending, before, now } = found;
    const source = pending === undefined ? this.source.identity : (now.copy?.source ?? "");
    this.#entry = {
      ...this.#newEntry(now.isChain === true ? CopyMethod.INCREMENTAL_COPY_BLOB : CopyMethod.COPY_BLOB, before),
      source,
      touched: true,
      etag: now.etag,
      ...defined({ copyId: pending?.copyId ?? (now.isChain === true ? now.copy?.id : undefined) }),
    };
    await this.run.journal.write(this.#entry);
  }

  /** Enters a method's attempt. Where it needs a restore point, that comes first; and the journal knows of it before anything is written. */
  async begin(method: CopyMethod, situation: Situation, attempt: Attempt): Promise<void> {
    const { intent, emit, journal } = this.run;
    const earlier = this.#entry;
    const { begun, blockIdPrefix } = attempt.earlier ?? {};
    this.#wasTouched = earlier?.touched === true || begun !== undefined;
    this.#entry = {
      ...this.#newEntry(method, earlier?.before ?? situation.before),
      source: attempt.source,
      ...defined({ sourceEtag: attempt.sourceEtag }),
      isMarked: attempt.isMarked,
      ...(attempt.isMarked && attempt.finalMetadata !== undefined ? { finalMetadata: attempt.finalMetadata } : {}),
      touched: this.#wasTouched,
      ...defined({ begun, blockIdPrefix }),
      ...(earlier?.etag === undefined ? {} : { etag: earlier.etag }),
      ...(earlier?.takingRestorePoint === true ? { takingRestorePoint: true } : {}),
    };
    const isAsBefore = situation.now !== undefined && situation.now.etag === this.#entry.before.etag;
    const isWanted = intent.rollback === RollbackPolicy.RESTORE && attempt.needsRestorePoint;
    if (isWanted && isAsBefore && this.#entry.before.restorePoint === undefined) {
      const before = await this.#withRestorePoint(this.#entry, situation, attempt.marksStay);
      this.#entry = { ...this.#entry, before, takingRestorePoint: false };
      emit({ type: "restore-point-taken", destination: this.destination.url, snapshot: this.#entry.before.restorePoint ?? "" });
    }
    await journal.write(this.#entry);
  }

  /** Resolves when the note is durable: the step that it is about comes after that. */
  async note(change: Partial<JournalEntry>): Promise<void> {
    if (this.#isOver) throw new Error("a step was to begin after the copy had been given up");
    await this.#note(change);
  }

  async #note(change: Partial<JournalEntry>): Promise<void> {
    if (this.#entry === undefined) throw new Error("a step was noted before the copy was entered in the journal");
    const touched = change.touched === false ? this.#wasTouched : (change.touched ?? this.#entry.touched);
    this.#entry = { ...this.#entry, ...change, touched };
    await this.run.journal.write(this.#entry);
  }

  /** The copy is to be undone: a step that is still waited for may be followed by no other. */
  giveUp(): void {
    this.#isOver = true;
  }

  startIsInFlight(start: Promise<StartedCopy>): void {
    this.#startInFlight = true;
    const answered = (started?: StartedCopy) => {
      this.#startInFlight = false;
      this.#startedCopyId = started?.copyId === "" ? undefined : started?.copyId;
    };
    start.then(answered, () => answered());
  }

  /** Before another look: gives back what this run took and did not use. What an earlier run left stays in the journal. */
  async forget(): Promise<void> {
    const entry = this.#entry;
    this.#entry = undefined;
    if (entry === undefined || entry.touched) return;
    const point = entry.before.restorePoint;
    if (point !== undefined) await removeRestorePoint(this.destination, point, this.run.clock);
    await this.#endNotes();
  }

  /** Abort first, then restore, whatever state the copy is in. */
  async undo(why: string): Promise<RollbackResult | undefined> {
    if (this.#entry === undefined) return undefined;
    const { clock, emit, journal } = this.run;
    const entry = this.#entry;
    const result = await rollback({
      entry,
      note: (change) => this.#locally(() => this.#note(change)),
      destination: this.destination,
      clock,
      emit,
      why,
      start: { isInFlight: () => this.#startInFlight, copyId: () => this.#startedCopyId },
    });
    const noted = this.#entry;
    this.#entry = undefined;
    if (isLeftToNextRun(result)) {
      await this.#locally(() => journal.write(noted));
      return result;
    }
    if (entry.before.restorePoint !== undefined) this.#points.delete(entry.before.restorePoint);
    await this.#removePoints();
    await this.#locally(() => this.#endNotes());
    return result;
  }

  #endNotes(): void | Promise<void> {
    const { journal } = this.run;
    return this.#theirs === undefined ? journal.remove(this.destination.url) : journal.write(this.#theirs);
  }

  /** The results are safe: nothing will be undone any more. */
  async settle(): Promise<void> {
    if (this.#entry !== undefined) {
      await this.#locally(() => this.#note({ settled: true }));
      if (this.#entry.before.restorePoint !== undefined) this.#points.add(this.#entry.before.restorePoint);
    }
    for (const snapshot of this.#doubtful) this.#points.add(snapshot);
    if (this.#entry?.takingRestorePoint === true) await this.#findPoints();
    await this.#removePoints();
    await this.#locally(() => this.run.journal.remove(this.destination.url));
  }

  /** What counts is on the service: a disk that is full or gone by now keeps nothing from being put in order there. */
  async #locally(step: () => void | Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.run.emit({ type: "warning", text: `${this.destination.url}: ${explain(error, "its journal could not be kept").message}` });
    }
  }

  async #removePoints(): Promise<void> {
    for (const point of this.#points) {
      if (await removeRestorePoint(this.destination, point, this.run.clock)) continue;
      this.run.emit({
        type: "warning",
        text: `${this.destination.url}: restore point ${point} could not be deleted; the next run deletes it`,
      });
    }
    this.#points.clear();
  }

  /** Snapshot Blob, unless an earlier run that was lost right afterwards left the very one. */
  async #withRestorePoint(
    { before: found, owner, source }: JournalEntry,
    { now, points: known }: Situation,
    marksStay: boolean,
  ): Promise<Before> {
    const points = known ?? (await this.#findPoints());
    try {
      const tags = found.tags ?? (now && (await tagsToKeep(this.destination, now)));
      const before = { ...found, ...defined({ tags }) };
      const same = points.find((point) => holdsTheSame(point, before));
      if (same !== undefined) return { ...before, restorePoint: same.snapshot };
      await this.#checkThatPointsCanGo(points);
      await this.note({ takingRestorePoint: true });
      const { clock, deadline } = this.run;
      const take = (signal: AbortSignal) =>
        takeRestorePoint(this.destination, before, marksStay ? undefined : { owner, source }, { clock, keys: now?.keys, signal });
      const taken = await withGrace(take, deadline.stop, RESTORE_POINT_GRACE_MILLISECONDS, clock);
      if (!this.#isOver) return taken;
      if (taken.restorePoint !== undefined) await removeRestorePoint(this.destination, taken.restorePoint, clock);
      throw new Error("the restore point came after the copy had been given up");
    } catch (error) {
      throw changedMeanwhile(error) ? error : new RestorePointImpossible(this.destination.url, explain(error, ""));
    }
  }

  /** One that an earlier run could not delete would otherwise be followed by one more in each run. */
  async #checkThatPointsCanGo(points: readonly FoundRestorePoint[]): Promise<void> {
    const [stale] = points;
    if (stale === undefined) return;
    try {
      await inTime(this.run.clock, (signal) => this.destination.deleteSnapshot(stale.snapshot, { signal }));
      this.#points.delete(stale.snapshot);
    } catch (error) {
      if (isForbidden(error)) throw error;
    }
  }

  /** List Blobs; without permission for it there are none to be found. */
  async #findPoints(): Promise<readonly FoundRestorePoint[]> {
    const points = await inTime(this.run.clock, (signal) => findRestorePoints(this.destination, signal)).catch(() => []);
    const ours = points.filter(({ owner, snapshot }) => owner === ownerOf(this.run.intent) && !this.#doubtful.has(snapshot));
    for (const { snapshot } of ours) this.#points.add(snapshot);
    return ours;
  }

  #newEntry(method: CopyMethod, before: JournalEntry["before"]): JournalEntry {
    const { intent } = this.run;
    const { rollback: policy } = intent;
    const source = this.source.identity;
    const whose = { owner: ownerOf(intent), construct: intent.owner };
    return { destination: this.destination.url, ...whose, source, method, rollback: policy, before, touched: false };
  }
}
