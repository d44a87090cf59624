import { type CopyIntent, CopyMethod, RollbackPolicy } from "../../intent";
import type { EventSink } from "../ports/events";
import type { DestinationBlob, SourceObject } from "../ports/blob-store";
import type { StartedCopy } from "../ports/requests";
import type { Clock } from "../ports/clock";
import { explain } from "../../failure/explain";
import type { Journal, JournalEntry } from "../ports/journal";
import { defined } from "../../util/defined";
import type { DestinationSituation, Situation } from "../plan/situation";
import { isUnfinishedBy, withoutMarks } from "../recovery/marks";
import { ownerOf } from "../recovery/ownership";
import { removeRestorePoint, withTwins } from "../recovery/restore-point";
import { RestorePoints } from "./restore-points";
import { rollback } from "./rollback";
import { isLeftToNextRun, type RollbackResult } from "./rollback-result";

export interface RecordRun {
  readonly intent: Pick<CopyIntent, "owner" | "deployment" | "rollback" | "wait">;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly journal: Journal;
  readonly deadline: { readonly stop: AbortSignal };
  /**
   * The copy may be undone even after it was complete, so the replaced content is kept for every
   * method; default false.
   */
  readonly keepsRestorePoint?: boolean;
}

/** One try of one method. */
export interface Attempt {
  /** As the service shows it, see {@link SourceObject.identity}. */
  readonly source: string;
  readonly sourceEtag: string | undefined;
  readonly needsRestorePoint: boolean;
  /** See {@link JournalEntry.isMarked}. */
  readonly isMarked: boolean;
  /** The service lacks the operation that removes marks, so a restore point must not carry any. */
  readonly marksStay: boolean;
  /** See {@link JournalEntry.finalMetadata}; undefined where it is not known. */
  readonly finalMetadata: JournalEntry["finalMetadata"];
  /** See {@link JournalEntry.tags}. */
  readonly tags: JournalEntry["tags"];
  /** Note of an earlier slice of this copy about the same method. */
  readonly earlier: JournalEntry | undefined;
}

/** Keeps in the journal what one copy does to its destination, before each step, and undoes it. */
export class CopyRecord {
  /** At first the note of an earlier run that was not undone. */
  #entry: JournalEntry | undefined;
  #wasTouched = false;
  /** Steps that began earlier and finish late must not begin further steps. */
  #isOver = false;
  #startInFlight = false;
  #startedCopyId: string | undefined;
  readonly #points: RestorePoints;
  /**
   * Note that stays in the journal to tell a later run that the destination belongs to another
   * client, since nothing on the service shows that.
   */
  #theirs: JournalEntry | undefined;

  constructor(
    private readonly source: SourceObject,
    private readonly destination: DestinationBlob,
    private readonly run: RecordRun,
  ) {
    const { clock, emit, deadline } = run;
    this.#points = new RestorePoints(destination, { owner: ownerOf(run.intent), clock, emit, stop: deadline.stop });
    this.#entry = run.journal.read(destination.url);
    this.#wasTouched = this.#entry?.touched === true;
  }

  /** This run, not an earlier one, may have changed the destination. */
  get isTouched(): boolean {
    return this.#entry?.touched === true && !this.#wasTouched;
  }

  /**
   * Takes over what an earlier run left. Once this run has touched the destination, its own notes
   * are better.
   */
  async inherit(found: DestinationSituation): Promise<void> {
    this.#points.inherit(found);
    if (this.isTouched) return;
    if (found.isPerhapsHalf === true) this.#theirs = this.#entry;
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
      ...(isUnfinishedBy(ownerOf(this.run.intent), now.metadata) ? { isMarked: true, finalMetadata: withoutMarks(now.metadata) } : {}),
      ...defined({ copyId: pending?.copyId ?? (now.isChain === true ? now.copy?.id : undefined) }),
    };
    await this.run.journal.write(this.#entry);
  }

  /**
   * Notes a method's attempt. A restore point, if the method needs one, is taken first. The journal
   * has the entry before anything is written.
   */
  async begin(method: CopyMethod, situation: Situation, attempt: Attempt): Promise<void> {
    const { intent, emit, journal } = this.run;
    const earlier = this.#entry;
    const { begun, blockIdPrefix } = attempt.earlier ?? {};
    this.#wasTouched = earlier?.touched === true || begun !== undefined;
    this.#entry = {
      ...this.#newEntry(method, earlier?.before ?? situation.before),
      source: attempt.source,
      ...defined({ sourceEtag: attempt.sourceEtag, tags: attempt.tags }),
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
      const before = await this.#points.take(this.#entry, situation, {
        marksStay: attempt.marksStay,
        note: () => this.note({ takingRestorePoint: true }),
        isOver: () => this.#isOver,
      });
      this.#entry = { ...this.#entry, before, takingRestorePoint: false };
      emit({ type: "restore-point-taken", destination: this.destination.url, snapshot: this.#entry.before.restorePoint ?? "" });
    }
    await journal.write(this.#entry);
  }

  /** Resolves when the note is durable. The noted step may begin only then. */
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

  /**
   * Called before the copy is undone: a step that is still under way must not be followed by
   * another one.
   */
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

  /**
   * Called before the destination is read again: removes a restore point that this run took and did
   * not use. Notes of an earlier run stay in the journal.
   */
  async forget(): Promise<void> {
    const entry = this.#entry;
    this.#entry = undefined;
    if (entry === undefined || entry.touched) return;
    const { restorePoint } = entry.before;
    const points = await withTwins(this.destination, restorePoint === undefined ? [] : [restorePoint], this.run.clock);
    for (const point of points) await removeRestorePoint(this.destination, point, this.run.clock);
    await this.#endNotes();
  }

  /** Aborts the copy first, then restores, whatever state the copy is in. */
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
    await this.#points.endUndone(entry.before.restorePoint);
    if (result.isLeftToThem === true) this.#theirs = noted;
    await this.#locally(() => this.#endNotes());
    return result;
  }

  #endNotes(): void | Promise<void> {
    const { journal } = this.run;
    return this.#theirs === undefined ? journal.remove(this.destination.url) : journal.write(this.#theirs);
  }

  /** Called when the results are durable: from then on nothing is undone. */
  async settle(): Promise<void> {
    if (this.#entry !== undefined) await this.#locally(() => this.#note({ settled: true }));
    if (this.#entry?.takingRestorePoint === true) await this.#points.find();
    await this.#points.endComplete(this.#entry?.before.restorePoint);
    await this.#locally(() => this.run.journal.remove(this.destination.url));
  }

  /**
   * The state on the service matters more than the journal: a full or missing disk must not prevent
   * the clean-up on the service.
   */
  async #locally(step: () => void | Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.run.emit({ type: "warning", text: `${this.destination.url}: ${explain(error, "its journal could not be kept").message}` });
    }
  }

  #newEntry(method: CopyMethod, before: JournalEntry["before"]): JournalEntry {
    const { intent } = this.run;
    const { rollback: policy } = intent;
    const source = this.source.identity;
    const whose = { owner: ownerOf(intent), construct: intent.owner };
    return { destination: this.destination.url, ...whose, source, method, rollback: policy, before, touched: false };
  }
}
