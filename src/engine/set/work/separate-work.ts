import { setMaxListeners } from "node:events";
import type { CopySet } from "../../../intent";
import type { CopyFailure } from "../../../failure/copy-failure";
import type { CopyRun } from "../../copy-life";
import type { BlobStore } from "../../ports/blob-store";
import type { BlobContainers } from "../../ports/blob-container";
import type { AdaptiveConcurrency } from "../flow/adaptive-concurrency";
import { concernsAllBlobs } from "../outcome/fatal-failure";
import { Lane } from "../flow/lane";
import { OneRequestCopies } from "./one-request";
import { OwnLife } from "./full-copy";
import { PendingWatch } from "./pending-watch";
import type { ListedCopy, PlannedBlob } from "../plan/planned-blob";
import type { SetContext } from "../plan/context";
import type { SetLog } from "../../ports/set-log";
import type { SetTally, WrittenBlob } from "../outcome/tally";
import { TokenBucket } from "../flow/token-bucket";

export interface SetWorkRequest {
  readonly set: CopySet;
  readonly run: CopyRun & { readonly store: BlobStore & BlobContainers };
  readonly concurrency: AdaptiveConcurrency;
  readonly tally: SetTally;
  readonly log: SetLog;
  readonly manifestLines: SetContext["manifestLines"];
}

/** Decided blobs that wait for their turn: two pages of a listing. */
const LONGEST_QUEUE = 10_000;
/** A blob with a life of its own makes many requests at once. */
const REQUESTS_OF_A_LIFE = 64;
const MOST_LIVES = 16;
/** Asynchronous copies that are waited for at once: each costs memory, and hardly any requests. */
const MOST_PENDING = 2_000;
/** How long answers are waited for that nobody needs any more. */
const GRACE_MILLISECONDS = 5_000;

/** How the blobs of a plan are worked off. */
export interface SetWork {
  /** Blobs that were planned so far. */
  readonly total: number;
  /** Blobs that only wait for the commit of an atomic set. */
  readonly staged: number;
  readonly isPlanComplete: boolean;
  readonly isEnded: boolean;
  /** Why no further blob was started. */
  readonly endedBy: CopyFailure | undefined;
  /** Before anything is planned. */
  begin(): Promise<void>;
  /** Takes the next blobs of the plan. */
  add(blobs: readonly PlannedBlob[]): void;
  /** Resolves when there is room for another page. */
  hasRoom(): Promise<void>;
  planIsComplete(): void;
  /** Starts nothing more. */
  end(): void;
  /** Resolves when nothing is under way any more; rejects with what broke the whole set. */
  finish(): Promise<void>;
  /** The results are safe: nothing will be undone any more. */
  settle(): Promise<void>;
  /** The set failed; does what its kind of set promises then. */
  undo(failure: CopyFailure): Promise<void>;
}

/** Each blob for itself: those that take one request in one lane, those with a life of their own in another. */
export class SeparateWork implements SetWork {
  total = 0;
  readonly staged = 0;
  isPlanComplete = false;
  endedBy: CopyFailure | undefined;
  isEnded = false;
  readonly #abandon = new AbortController();
  readonly #finished = new AbortController();
  readonly #oneRequest: OneRequestCopies;
  readonly #fast: Lane<ListedCopy>;
  readonly #lives: Lane<PlannedBlob>;
  readonly #watch: PendingWatch;
  readonly #bucket: TokenBucket | undefined;

  constructor(private readonly request: SetWorkRequest) {
    const { set, run, concurrency } = request;
    const { clock, intent, deadline, store } = run;
    this.#watch = new PendingWatch(store, clock, deadline.stop);
    setMaxListeners(0, this.#abandon.signal);
    this.#oneRequest = new OneRequestCopies({
      clock,
      concurrency,
      lifetimeMilliseconds: intent.timeoutMilliseconds,
      abandon: this.#abandon.signal,
    });
    const bucket = set.bandwidthBytesPerSecond === undefined ? undefined : new TokenBucket(set.bandwidthBytesPerSecond, clock);
    this.#bucket = bucket;
    const pause = () => Math.max(concurrency.pause, bucket?.pause ?? 0);
    this.#fast = new Lane({ limit: () => concurrency.limit, most: set.maxConcurrency, pause, clock }, (blob) =>
      this.#copyByOneRequest(blob),
    );
    const lives = Math.min(MOST_LIVES, Math.max(1, Math.floor(set.maxConcurrency / REQUESTS_OF_A_LIFE)));
    this.#lives = new Lane({ limit: () => lives, most: MOST_PENDING, pause, clock }, (blob, quiet) => this.#copyByOwnLife(blob, quiet));
    deadline.stop.addEventListener("abort", () => this.end(), { once: true });
  }

  async begin(): Promise<void> {
    // What an earlier run left half-done is found when its blob's turn comes.
  }

  add(blobs: readonly PlannedBlob[]): void {
    if (this.isEnded) return;
    this.total += blobs.length;
    const fast: ListedCopy[] = [];
    const lives: PlannedBlob[] = [];
    for (const blob of blobs) {
      switch (blob.decision.kind) {
        case "one request":
          if (blob.listed !== undefined) fast.push(blob.listed);
          break;
        case "own life":
          lives.push(blob);
          break;
        case "skip":
          this.request.tally.addSkipped(blob, foundOf(blob), blob.decision.why);
          break;
        case "fail":
          this.#fail(blob, blob.decision.failure, 0);
      }
    }
    if (lives.length > 0) this.#lives.add(lives);
    this.#fast.add(fast);
  }

  async hasRoom(): Promise<void> {
    await (this.#fast.hasRoom(LONGEST_QUEUE) ?? this.#lives.hasRoom(LONGEST_QUEUE));
  }

  planIsComplete(): void {
    this.isPlanComplete = true;
  }

  /** What is under way gets a little time, so that it is known what it did. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#fast.close();
    this.#lives.close();
    void this.#abandonAfterGrace();
  }

  async finish(): Promise<void> {
    // The first lane can hand blobs on to the second.
    await this.#fast.idle();
    await this.#lives.idle();
    this.#finished.abort();
  }

  async settle(): Promise<void> {
    // Each blob was settled when it was complete.
  }

  /** What is complete stays, and the next run skips it; what was half-done was rolled back by itself. */
  async undo(): Promise<void> {
    this.end();
    await this.finish();
  }

  async #abandonAfterGrace(): Promise<void> {
    const isOver = await this.request.run.clock.sleep(GRACE_MILLISECONDS, this.#finished.signal).then(
      () => true,
      () => false,
    );
    if (isOver) this.#abandon.abort(this.request.run.deadline.stop.reason);
  }

  async #copyByOneRequest(blob: ListedCopy): Promise<void> {
    this.#bucket?.take(blob.source.length);
    const end = await this.#oneRequest.copy(blob);
    if (end.kind === "copied") this.request.tally.addCopied(blob, end.written, end.milliseconds);
    else if (end.kind === "failed") this.#fail(blob, end.failure, end.milliseconds);
    else if (!this.isEnded) this.#lives.add([blob]);
  }

  async #copyByOwnLife(blob: PlannedBlob, quiet: () => void): Promise<void> {
    this.#bucket?.take(blob.listed?.source.length ?? 0);
    const { tally, run } = this.request;
    const life = new OwnLife(blob, this.#watch.watched(run), quiet);
    const end = await life.copy();
    if (end.kind === "failed") {
      if (run.deadline.stop.aborted) tally.addRolledBack(blob, end.failure.why);
      else this.#fail(blob, end.failure, end.milliseconds);
      return;
    }
    await life.settle();
    if (end.kind === "copied") tally.addCopied(blob, end.written, end.milliseconds);
    else tally.addSkipped(blob, end.written, end.why);
  }

  #fail(blob: PlannedBlob, failure: CopyFailure, milliseconds: number): void {
    // A request that was given up is no blob that failed.
    if (this.#abandon.signal.aborted) return;
    const { tally, set } = this.request;
    tally.addFailed(blob, failure, milliseconds);
    if (this.endedBy !== undefined || (tally.failed <= set.maxFailures && !concernsAllBlobs(failure))) return;
    this.endedBy = failure;
    this.end();
  }
}

/** A skipped blob's result is what is there. */
export function foundOf({ listed, options }: PlannedBlob): WrittenBlob {
  const { source, destination } = listed ?? {};
  return {
    etag: destination?.etag ?? "",
    versionId: undefined,
    lastModified: new Date(destination?.lastModified ?? 0),
    contentMd5: destination?.contentMd5,
    length: destination?.length ?? 0,
    method: options.method,
    copyId: "",
    sourceEtag: source?.etag ?? "",
  };
}
