import { BlobType, CopyMethod } from "../../intent";
import type { CopyFailure } from "../copy-failure";
import { explain } from "../explain";
import { inParallel } from "../in-parallel";
import { AtomicCopy } from "./atomic-copy";
import { Lane } from "./lane";
import { OwnLife } from "./own-life";
import type { ListedCopy, PlannedBlob } from "./planned-blob";
import type { WrittenBlob } from "./set-tally";
import { foundOf, type SetWork, type SetWorkRequest } from "./set-work";
import { TokenBucket } from "./token-bucket";

const LONGEST_QUEUE = 10_000;
const COMMITS_AT_ONCE = 64;
const LIVES_AT_ONCE = 4;

/**
 * The work of an atomic set: stages every block blob, and only when all of them are staged copies what cannot be staged and
 * commits the rest. It remembers each blob until the end, to be able to put all of them back.
 */
export class AtomicWork implements SetWork {
  total = 0;
  isPlanComplete = false;
  endedBy: CopyFailure | undefined;
  isEnded = false;
  staged = 0;
  readonly #stage: Lane<ListedCopy>;
  readonly #staged: AtomicCopy[] = [];
  /** Blobs that no block can hold back. */
  readonly #late: PlannedBlob[] = [];
  readonly #lives: OwnLife[] = [];
  readonly #written: { readonly blob: PlannedBlob; readonly bytes: number }[] = [];
  readonly #bucket: TokenBucket | undefined;

  constructor(private readonly request: SetWorkRequest) {
    const { set, run, concurrency } = request;
    const { clock, deadline } = run;
    const bucket = set.bandwidthBytesPerSecond === undefined ? undefined : new TokenBucket(set.bandwidthBytesPerSecond, clock);
    this.#bucket = bucket;
    const pause = () => Math.max(concurrency.pause, bucket?.pause ?? 0);
    this.#stage = new Lane({ limit: () => concurrency.limit, most: set.maxConcurrency, pause, clock }, (blob) => this.#stageOne(blob));
    deadline.stop.addEventListener("abort", () => this.end(), { once: true });
  }

  add(blobs: readonly PlannedBlob[]): void {
    if (this.isEnded) return;
    this.total += blobs.length;
    const stage: ListedCopy[] = [];
    for (const blob of blobs) {
      const { decision, listed } = blob;
      if (decision.kind === "skip") this.request.tally.addSkipped(blob, foundOf(blob), decision.why);
      else if (decision.kind === "fail") this.#fail(blob, decision.failure, 0);
      else if (listed !== undefined && canBeStaged(listed)) stage.push(listed);
      else this.#late.push(blob);
    }
    this.#stage.add(stage);
  }

  async hasRoom(): Promise<void> {
    await this.#stage.hasRoom(LONGEST_QUEUE);
  }

  planIsComplete(): void {
    this.isPlanComplete = true;
  }

  end(): void {
    this.isEnded = true;
    this.#stage.close();
  }

  async finish(): Promise<void> {
    await this.#stage.idle();
    if (this.isEnded || !this.isPlanComplete) return;
    const { stop } = this.request.run.deadline;
    try {
      await inParallel(this.#late, LIVES_AT_ONCE, stop, (blob) => this.#copyLate(blob));
      await inParallel(this.#staged, COMMITS_AT_ONCE, stop, (copy) => this.#commit(copy));
    } catch (error) {
      // Counted already, where it is a blob's.
      if (this.endedBy === undefined) throw error;
    }
  }

  async settle(): Promise<void> {
    const never = new AbortController().signal;
    await inParallel(this.#staged, COMMITS_AT_ONCE, never, (copy) => copy.settle());
    await inParallel(this.#lives, COMMITS_AT_ONCE, never, (life) => life.settle());
  }

  async undo(failure: CopyFailure): Promise<void> {
    this.end();
    await this.#stage.idle();
    const never = new AbortController().signal;
    await inParallel(this.#staged, COMMITS_AT_ONCE, never, (copy) => copy.undo(failure.what));
    await inParallel(this.#lives, COMMITS_AT_ONCE, never, (life) => life.undo(failure));
    for (const { blob, bytes } of this.#written.splice(0)) this.request.tally.takeBack(blob, bytes, "all or nothing: the set failed");
  }

  async #stageOne(blob: ListedCopy): Promise<void> {
    const { run, concurrency } = this.request;
    const startedAt = run.clock.now();
    this.#bucket?.take(blob.source.length);
    try {
      const copy = new AtomicCopy(blob, run);
      this.#staged.push(copy);
      await copy.stage();
      concurrency.answered(undefined);
      this.staged++;
    } catch (error) {
      if (run.deadline.stop.aborted) return;
      this.#fail(blob, explain(error, `The copy to ${blob.destinationUrl} failed`), run.clock.now() - startedAt);
    }
  }

  async #copyLate(blob: PlannedBlob): Promise<void> {
    const life = new OwnLife(blob, this.request.run, () => undefined);
    const end = await life.copy();
    if (end.kind === "failed") {
      this.#fail(blob, end.failure, end.milliseconds);
      throw end.failure;
    }
    this.#lives.push(life);
    if (end.kind === "copied") this.#copied(blob, end.written, end.milliseconds);
    else this.request.tally.addSkipped(blob, end.written, end.why);
  }

  async #commit(copy: AtomicCopy): Promise<void> {
    const { clock } = this.request.run;
    const startedAt = clock.now();
    try {
      this.#copied(copy.blob, await copy.commit(), clock.now() - startedAt);
    } catch (error) {
      if (this.request.run.deadline.stop.aborted) throw error;
      const failure = explain(error, `The copy to ${copy.blob.destinationUrl} failed`);
      this.#fail(copy.blob, failure, clock.now() - startedAt);
      throw failure;
    }
  }

  #copied(blob: PlannedBlob, written: WrittenBlob, milliseconds: number): void {
    this.#written.push({ blob, bytes: written.length });
    this.request.tally.addCopied(blob, written, milliseconds);
  }

  /** One failure fails all: nothing else is worth beginning. */
  #fail(blob: PlannedBlob, failure: CopyFailure, milliseconds: number): void {
    this.request.tally.addFailed(blob, failure, milliseconds);
    this.endedBy ??= failure;
    this.end();
  }
}

/** Put Block From URL reads block blobs that are not archived; a destination of another type takes no blocks. */
function canBeStaged({ source, destination, options }: ListedCopy): boolean {
  const methods = [CopyMethod.AUTO, CopyMethod.PUT_BLOB_FROM_URL, CopyMethod.PUT_BLOCK_FROM_URL];
  return (
    methods.includes(options.method) &&
    source.blobType === BlobType.BLOCK &&
    source.accessTier !== "Archive" &&
    (destination === undefined || destination.blobType === BlobType.BLOCK)
  );
}
