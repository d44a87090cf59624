import { randomBytes, randomUUID } from "node:crypto";
import type { CopyFailure } from "../../../failure/copy-failure";
import type { CopyRun } from "../../copy-run";
import type { EventSink } from "../../ports/events";
import { explain } from "../../../failure/explain";
import { AtomicCopy, isWithoutBlocks } from "./atomic-copy";
import { SET_PREFIX_BYTES } from "./commit-entry";
import { BlobState, BlobStates } from "./blob-states";
import { CommitLog } from "./commit-log";
import { ownerOf } from "../../recovery/set-owner";
import { undoneByAnother } from "./marks/commit-lease";
import type { CommitMarks } from "./marks/commit-marks";
import type { CommitPhase } from "./marks/found-commit";
import { lastWriteLeaseOf } from "./marks/last-write-lease";
import { LateCopies } from "./late-copies";
import { WorkQueue } from "../flow/work-queue";
import { SectionCommits } from "./section-commits";
import { recoverLostCommits } from "./marks/lost-commit";
import type { ListedCopy, PlannedBlob } from "../plan/planned-blob";
import { undoNotedCommit } from "./earlier-commit";
import { foundOf, type SetWork, type SetWorkRequest } from "../work/set-work";
import { canBeStaged, type StagedBlob, StagedLines } from "./staged-blob";
import { boundedStore } from "../flow/bounded-store";
import { removeRestorePoints, undoLog } from "./undo-log";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";

const MAX_QUEUED = 10_000;

/**
 * The work of an atomic set. It stages every block blob. Only when all are staged, it copies the
 * blobs that cannot be staged, and commits the rest. Its log, not its memory, keeps the state of
 * each blob until the end.
 */
export class AtomicWork implements SetWork {
  total = 0;
  isPlanComplete = false;
  endedBy: CopyFailure | undefined;
  isEnded = false;
  staged = 0;
  readonly #blockIdPrefix = randomBytes(SET_PREFIX_BYTES).toString("base64");
  readonly #leaseId = randomUUID();
  readonly #log: CommitLog;
  readonly #states = new BlobStates();
  readonly #stage: WorkQueue<StagedBlob>;
  readonly #late: LateCopies;
  readonly #commits: SectionCommits;
  #marks: CommitMarks | undefined;
  #isAnnounced = false;
  #isByBlocksAlone = true;
  /** A rollback that could not restore a blob has been reported. */
  #hasToldOfRollback = false;
  private readonly request: SetWorkRequest;

  constructor(request: SetWorkRequest) {
    const emit: EventSink = (event) => {
      if (event.type === "rollback-finished") this.#hasToldOfRollback = true;
      request.run.emit(event);
    };
    const run = { ...request.run, emit };
    this.request = { ...request, run };
    const { set, log, counts } = request;
    this.#log = new CommitLog(log, new StagedLines(set, run.store));
    this.#late = new LateCopies({
      counts,
      runOf: (blob) => this.#bounded(blob),
      lastWriteLease: lastWriteLeaseOf(this.#blockIdPrefix),
      onFailed: (blob, failure, milliseconds) => this.#fail(blob, failure, milliseconds),
    });
    this.#commits = new SectionCommits({
      run,
      counts,
      log: this.#log,
      states: this.#states,
      copyOf: (staged) => this.#copyOf(staged),
      queue: (work) => this.#queue(work),
      confirm: async () => this.#marks?.confirmIfInDoubt(),
      endedBy: () => this.endedBy,
      onFailed: (blob, failure, milliseconds) => this.#fail(blob, failure, milliseconds),
    });
    this.#stage = this.#queue((staged) => this.#stageOne(staged));
    run.deadline.stop.addEventListener("abort", () => this.end(), { once: true });
  }

  /**
   * First undoes what earlier runs left: from their log on this machine, then from the marks on the
   * service.
   */
  async begin(): Promise<void> {
    const { run, set, manifestLines, log } = this.request;
    const { store, clock, emit, intent, journal } = run;
    const context = { store, clock, emit, journal, log, manifestLines };
    await undoNotedCommit({ ...intent, set }, context);
    // Before any mark is leased: if this run is killed meanwhile, the next one can begin at once.
    await this.#log.begin({ owner: ownerOf(intent), blockIdPrefix: this.#blockIdPrefix, leaseId: this.#leaseId });
    const onLost = () => run.deadline.end(undoneByAnother("its mark"));
    this.#marks = await recoverLostCommits({ ...intent, set }, { ...context, leaseId: this.#leaseId, signal: run.deadline.stop, onLost });
    for (const container of this.#marks.containers) run.deadline.endBefore(container);
  }

  async add(blobs: readonly PlannedBlob[]): Promise<void> {
    if (this.isEnded) return;
    this.total += blobs.length;
    const stage: ListedCopy[] = [];
    for (const blob of blobs) {
      const { decision, listed } = blob;
      if (decision.kind === "skip") this.request.counts.addSkipped(blob, foundOf(blob), decision.why);
      else if (decision.kind === "fail") this.#fail(blob, decision.failure, 0);
      else if (listed !== undefined && canBeStaged(listed)) stage.push(listed);
      else this.#late.add(blob);
    }
    // If a blob above has failed, the queue is closed and begins none of these.
    this.#stage.add(await this.#log.addStaged(stage));
  }

  async hasRoom(): Promise<void> {
    await this.#stage.hasRoom(MAX_QUEUED);
  }

  planIsComplete(): void {
    this.isPlanComplete = true;
  }

  end(): void {
    this.isEnded = true;
    this.request.roles.end();
    this.#stage.close();
  }

  async finish(): Promise<void> {
    await this.#stage.idle();
    if (this.isEnded || !this.isPlanComplete || this.#late.count + this.#log.stagedCount === 0) return;
    const { stop } = this.request.run.deadline;
    if (this.#late.count > 0) this.#isByBlocksAlone = false;
    try {
      await this.#announce("committing");
      if (this.#late.count > 0) await this.request.beforeLasting();
      await this.#late.copyAll(stop);
      for await (const section of this.#log.sections()) await this.#commits.commit(section);
    } catch (error) {
      // The failure of a blob is already counted.
      if (this.endedBy === undefined) throw error;
    }
  }

  /** @throws CopyFailure when another run considers this one lost and undoes it */
  async confirm(): Promise<void> {
    await this.#marks?.confirm();
  }

  async settle(): Promise<void> {
    const { clock, store, emit } = this.request.run;
    await this.#log.settling();
    if (this.#isAnnounced) await this.#announce("settling");
    const areGone = await removeRestorePoints({ log: this.#log, store, clock, emit });
    await this.#late.settle();
    await this.#marks?.removeKept(clock, emit);
    await (areGone ? this.#marks?.remove() : this.#marks?.release());
    this.#log.remove();
  }

  async #announce(phase: CommitPhase): Promise<void> {
    this.#isAnnounced = true;
    const commit = { phase, blockIdPrefix: this.#blockIdPrefix, isByBlocksAlone: this.#isByBlocksAlone };
    await this.#marks?.write(commit, phase === "committing" ? this.request.run.deadline.lastStop : NEVER_ABORTED);
  }

  async undo(failure: CopyFailure): Promise<boolean> {
    this.end();
    const { counts, run } = this.request;
    run.emit({ type: "set-rollback-started", why: failure.what, copied: counts.copied, staged: this.staged });
    await this.#stage.idle().catch(() => undefined);
    const { clock, store, emit, intent } = run;
    const why = "all or nothing: the set failed";
    let unreadable: unknown;
    // Another run, which holds the lease of the mark, restores the blobs.
    const isTaken = this.#marks?.isLost === true;
    const isUndone =
      isTaken ||
      (await undoLog({ log: this.#log, owner: ownerOf(intent), blockIdPrefix: this.#blockIdPrefix, store, clock, emit }, failure.what, {
        known: (blob) => {
          const state = this.#states.get(blob.index);
          return state === BlobState.WAITING ? undefined : { ...blob, mayBeCommitted: state >= BlobState.COMMITTING };
        },
        onUndone: ({ index, blob }) => {
          if (this.#states.get(index) === BlobState.COMMITTED) counts.uncount(blob, blob.source.length, why);
        },
        onRestored: counts.remembersRestored ? (restored) => counts.addRestored(restored) : undefined,
      }).catch((error: unknown) => {
        unreadable = error;
        return false;
      }));
    await this.#late.undo(failure, why);
    if (!isUndone) await this.#marks?.release();
    if (unreadable !== undefined) throw unreadable as Error;
    if (!isUndone) return false;
    if (!isTaken) await this.#marks?.remove();
    this.#log.remove();
    return !isTaken && !this.#hasToldOfRollback;
  }

  /**
   * At most the user's `maxConcurrency` at once; the gate admits fewer requests while the service
   * throttles.
   */
  #queue<Item>(work: (item: Item) => Promise<void>): WorkQueue<Item> {
    const { set, run } = this.request;
    const { maxConcurrency: most } = set;
    return new WorkQueue({ limit: () => most, most, pause: () => 0, clock: run.clock }, work);
  }

  /** Returns the run with a store whose requests go through the gate. */
  #bounded({ listed }: PlannedBlob): CopyRun {
    const { run, gate } = this.request;
    return { ...run, store: boundedStore(run.store, gate, listed?.source.length ?? 0) };
  }

  async #stageOne(staged: StagedBlob): Promise<void> {
    const { run } = this.request;
    const { blob, index } = staged;
    const startedAt = run.clock.now();
    this.#states.set(index, BlobState.BEGUN);
    try {
      const staging = await this.#copyOf(staged).stage();
      if (staging === "whole") this.#states.set(index, BlobState.WHOLE);
      if (isWithoutBlocks(staging, blob.source.length)) this.#isByBlocksAlone = false;
      this.staged++;
    } catch (error) {
      if (run.deadline.stop.aborted) return;
      this.#fail(blob, explain(error, `The copy to ${blob.destinationUrl} failed`), run.clock.now() - startedAt);
    }
  }

  #copyOf(staged: StagedBlob): AtomicCopy {
    return new AtomicCopy(staged, this.#bounded(staged.blob), this.#blockIdPrefix);
  }

  /** One failure fails the whole set, so no other blob is begun. */
  #fail(blob: PlannedBlob, failure: CopyFailure, milliseconds: number): void {
    this.request.counts.addFailed(blob, failure, milliseconds);
    this.endedBy ??= failure;
    this.end();
  }
}
