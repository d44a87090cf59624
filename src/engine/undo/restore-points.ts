import { explain } from "../../failure/explain";
import { changedMeanwhile, isForbidden } from "../../failure/service-codes";
import { defined } from "../../util/defined";
import { RestorePointImpossible } from "../plan/refusal";
import type { DestinationSituation, Situation } from "../plan/situation";
import type { DestinationBlob } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import type { EventSink } from "../ports/events";
import type { Before, JournalEntry } from "../ports/journal";
import { inTime } from "../recovery/in-time";
import type { FoundRestorePoint } from "../recovery/marks";
import { findRestorePoints, holdsTheSame, removeRestorePoint, tagsToKeep, takeRestorePoint, withTwins } from "../recovery/restore-point";
import { withGrace } from "../watch/grace";

/**
 * Time that Snapshot Blob has left once the run is to stop. Nearly every snapshot exists by then
 * and its name is known. A request that is given up after that is looked up by its mark.
 */
const GRACE_MILLISECONDS = 5_000;

interface RestorePointsRun {
  readonly owner: string;
  readonly clock: Clock;
  readonly emit: EventSink;
  readonly stop: AbortSignal;
}

interface Taking {
  /**
   * The service lacks the operation that removes marks, so the restore point must not carry any.
   */
  readonly marksStay: boolean;
  /** Called before the request is sent. */
  readonly note: () => Promise<void>;
  /** The copy was given up in the meantime. */
  readonly isOver: () => boolean;
}

/**
 * All restore points of a copy, from this run and from earlier runs. None of them is needed once
 * the copy has ended, whether it succeeded or failed.
 */
export class RestorePoints {
  readonly #ours = new Set<string>();
  /** Restore points that are deleted only after a complete copy. */
  readonly #doubtful = new Set<string>();

  constructor(
    private readonly destination: DestinationBlob,
    private readonly run: RestorePointsRun,
  ) {}

  inherit({ points = [], doubtful = [] }: DestinationSituation): void {
    for (const { snapshot } of points) this.#ours.add(snapshot);
    for (const { snapshot } of doubtful) this.#doubtful.add(snapshot);
  }

  /**
   * Snapshot Blob, unless an earlier run that was lost afterwards left a restore point of the same
   * state.
   */
  async take(entry: JournalEntry, { now, points: known }: Situation, { marksStay, note, isOver }: Taking): Promise<Before> {
    const { destination } = this;
    const { clock, stop } = this.run;
    const { before: found, owner, source } = entry;
    const points = known ?? (await this.find());
    try {
      const tags = found.tags ?? (now && (await tagsToKeep(destination, now)));
      const before = { ...found, ...defined({ tags }) };
      const same = points.find((point) => holdsTheSame(point, before));
      if (same !== undefined) return { ...before, restorePoint: same.snapshot };
      await this.#checkThatPointsCanGo(points);
      await note();
      const mark = marksStay ? undefined : { owner, source };
      const take = (signal: AbortSignal) => takeRestorePoint(destination, before, mark, { clock, keys: now?.keys, signal });
      const taken = await withGrace(take, stop, GRACE_MILLISECONDS, clock);
      if (!isOver()) return taken;
      if (taken.restorePoint !== undefined) await removeRestorePoint(destination, taken.restorePoint, clock);
      throw new Error("the restore point came after the copy had been given up");
    } catch (error) {
      throw changedMeanwhile(error) ? error : new RestorePointImpossible(destination.url, explain(error, ""));
    }
  }

  /** List Blobs. Without permission for it, returns an empty list. */
  async find(): Promise<readonly FoundRestorePoint[]> {
    const points = await inTime(this.run.clock, (signal) => findRestorePoints(this.destination, signal)).catch(() => []);
    const ours = points.filter(({ owner, snapshot }) => owner === this.run.owner && !this.#doubtful.has(snapshot));
    for (const { snapshot } of ours) this.#ours.add(snapshot);
    return ours;
  }

  /** Called after a rollback, which has removed `used` itself. */
  async endUndone(used: string | undefined): Promise<void> {
    if (used !== undefined) this.#ours.delete(used);
    await this.#remove();
  }

  /** Called after a complete copy, which did not need `unused`. */
  async endComplete(unused: string | undefined): Promise<void> {
    for (const snapshot of [...(unused === undefined ? [] : [unused]), ...this.#doubtful]) this.#ours.add(snapshot);
    await this.#remove();
  }

  async #remove(): Promise<void> {
    const { url } = this.destination;
    for (const point of await withTwins(this.destination, [...this.#ours], this.run.clock)) {
      if (await removeRestorePoint(this.destination, point, this.run.clock)) continue;
      this.run.emit({ type: "warning", text: `${url}: restore point ${point} could not be deleted; the next run deletes it` });
    }
    this.#ours.clear();
  }

  /**
   * If an earlier run could not delete its restore point, each further run would add another one.
   */
  async #checkThatPointsCanGo([stale]: readonly FoundRestorePoint[]): Promise<void> {
    if (stale === undefined) return;
    try {
      await inTime(this.run.clock, (signal) => this.destination.deleteSnapshot(stale.snapshot, { signal }));
      this.#ours.delete(stale.snapshot);
    } catch (error) {
      if (isForbidden(error)) throw error;
    }
  }
}
