import { setMaxListeners } from "node:events";
import type { CopyFailure } from "../../../failure/copy-failure";
import { quietly } from "../../undo/rollback-result";
import { concernsAllBlobs } from "../../../failure/service-codes";
import { WorkQueue } from "../flow/work-queue";
import { OneRequestCopies } from "./one-request";
import { FullCopy } from "./full-copy";
import { PendingWatch } from "./pending-watch";
import { recoverFromJournal } from "./recover-journal";
import { foundOf, type SetWork, type SetWorkRequest } from "./set-work";
import type { ListedCopy, PlannedBlob } from "../plan/planned-blob";
import type { RestoredBlob } from "../prune/restored";
import { boundedStore } from "../flow/bounded-store";

/** Limit of planned blobs that wait for their turn: two pages of a listing. */
const MAX_QUEUED = 10_000;
const MAX_FULL_COPIES = 16;
const MAX_STARTED_PER_REQUEST = 2;
/**
 * Limit of asynchronous copies that are awaited at the same time. Each costs memory, and hardly any
 * requests.
 */
const MAX_PENDING = 2_000;
/** Time for which responses are still awaited after the work has ended. */
const GRACE_MILLISECONDS = 5_000;

/**
 * Copies each blob by itself: blobs that take one request in one queue, blobs that need a full copy
 * in another.
 */
export class SeparateWork implements SetWork {
  total = 0;
  readonly staged = 0;
  isPlanComplete = false;
  endedBy: CopyFailure | undefined;
  isEnded = false;
  readonly #abandon = new AbortController();
  readonly #ended = new AbortController();
  readonly #finished = new AbortController();
  readonly #oneRequest: OneRequestCopies;
  readonly #single: WorkQueue<ListedCopy>;
  readonly #full: WorkQueue<PlannedBlob>;
  readonly #watch: PendingWatch;
  /** Destinations with a journal entry of an earlier run on this machine. */
  readonly #noted = new Set<string>();

  constructor(private readonly request: SetWorkRequest) {
    const { set, run, gate } = request;
    const { clock, intent, deadline, store } = run;
    this.#watch = new PendingWatch(store, clock, deadline.stop);
    setMaxListeners(0, this.#abandon.signal, this.#ended.signal);
    this.#oneRequest = new OneRequestCopies({
      clock,
      gate,
      ended: this.#ended.signal,
      lifetimeMilliseconds: intent.timeoutMilliseconds,
      abandon: this.#abandon.signal,
    });
    const pause = () => 0;
    // Copies that could only wait at the gate are not begun: beginning them would cost more than
    // the wait. Throttled copies are added on top.
    const most = MAX_STARTED_PER_REQUEST * set.maxConcurrency;
    this.#single = new WorkQueue({ limit: () => gate.limit, most, pause, clock }, (blob, releaseSlot) =>
      this.#copyByOneRequest(blob, releaseSlot),
    );
    const fullCopies = Math.min(MAX_FULL_COPIES, set.maxConcurrency);
    this.#full = new WorkQueue({ limit: () => fullCopies, most: MAX_PENDING, pause, clock }, (blob, releaseSlot) =>
      this.#copyFully(blob, releaseSlot),
    );
    deadline.stop.addEventListener("abort", () => this.end(), { once: true });
  }

  /** A half-done copy of an earlier run is continued when the turn of its blob comes. */
  async begin(): Promise<void> {
    for (const { destination } of this.request.run.journal.entries()) this.#noted.add(destination);
  }

  add(blobs: readonly PlannedBlob[]): void {
    if (this.isEnded) return;
    this.total += blobs.length;
    const single: ListedCopy[] = [];
    const full: PlannedBlob[] = [];
    for (const blob of blobs) {
      switch (blob.decision.kind) {
        case "one request":
          if (blob.listed !== undefined) single.push(blob.listed);
          break;
        case "full copy":
          full.push(blob);
          break;
        case "skip":
          this.request.counts.addSkipped(blob, foundOf(blob), blob.decision.why);
          break;
        case "fail":
          this.#fail(blob, blob.decision.failure, 0);
      }
    }
    if (full.length > 0) this.#full.add(full);
    this.#single.add(single);
  }

  async hasRoom(): Promise<void> {
    await (this.#single.hasRoom(MAX_QUEUED) ?? this.#full.hasRoom(MAX_QUEUED));
  }

  planIsComplete(): void {
    this.isPlanComplete = true;
  }

  /** Copies in progress get a little time, so that their outcome is known. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.request.roles.end();
    this.#ended.abort();
    this.#single.close();
    this.#full.close();
    void this.#abandonAfterGrace();
  }

  async finish(): Promise<void> {
    // The first queue can pass blobs on to the second.
    await this.#single.idle();
    await this.#full.idle();
    this.#finished.abort();
    if (!this.isEnded && this.isPlanComplete && this.#noted.size > 0) await this.#tidyUp();
  }

  /**
   * Recovers blobs of an earlier run that had no turn in this one, because their sources are gone
   * or left out by now, or because only their restore points have to be removed.
   */
  async #tidyUp(): Promise<void> {
    const { run, set, manifestLines, counts } = this.request;
    const emit = quietly(run.emit);
    const onRestored = (restored: RestoredBlob) => counts.addRestored(restored);
    await recoverFromJournal({ ...run.intent, set }, { ...run, emit, manifestLines, destinations: this.#noted, onRestored });
  }

  async confirm(): Promise<void> {
    // No other run undoes complete blobs.
  }

  async settle(): Promise<void> {
    // Each blob was settled when it was complete.
  }

  /**
   * Complete blobs stay, and the next run skips them. Half-done copies have rolled themselves back.
   */
  async undo(): Promise<boolean> {
    this.end();
    await this.finish();
    return false;
  }

  async #abandonAfterGrace(): Promise<void> {
    const isOver = await this.request.run.clock.sleep(GRACE_MILLISECONDS, this.#finished.signal).then(
      () => true,
      () => false,
    );
    if (isOver) this.#abandon.abort(this.request.run.deadline.stop.reason);
  }

  async #copyByOneRequest(blob: ListedCopy, releaseSlot: () => void): Promise<void> {
    if (this.#ended.signal.aborted) return;
    const end = await this.#oneRequest.copy(blob, releaseSlot);
    if (end.kind === "copied") this.request.counts.addCopied(blob, end.written, end.milliseconds);
    else if (end.kind === "failed") this.#fail(blob, end.failure, end.milliseconds);
    else if (end.kind === "look again" && !this.isEnded) this.#full.add([blob]);
  }

  async #copyFully(blob: PlannedBlob, releaseSlot: () => void): Promise<void> {
    const { counts, run } = this.request;
    const copy = new FullCopy(
      blob,
      this.#watch.watched({ ...run, store: boundedStore(run.store, this.request.gate, blob.listed?.source.length ?? 0) }),
      releaseSlot,
    );
    const end = await copy.copy();
    if (end.kind === "failed") {
      if (counts.remembersRestored) counts.addRestored(await copy.restored());
      if (run.deadline.stop.aborted) counts.addRolledBack(blob, end.failure.why);
      else this.#fail(blob, end.failure, end.milliseconds);
      return;
    }
    await copy.settle();
    if (end.kind === "copied") counts.addCopied(blob, end.written, end.milliseconds);
    else counts.addSkipped(blob, end.written, end.why);
  }

  #fail(blob: PlannedBlob, failure: CopyFailure, milliseconds: number): void {
    // Abandoned requests do not count as failures.
    if (this.#abandon.signal.aborted) return;
    const { counts, set } = this.request;
    counts.addFailed(blob, failure, milliseconds);
    if (this.endedBy !== undefined || (counts.failed <= set.maxFailures && !concernsAllBlobs(failure))) return;
    this.endedBy = failure;
    this.end();
  }
}
