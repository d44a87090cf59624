import { Causes } from "../../failure/causes";
import type { BlobResult } from "../../intent";
import { LATENCY_BOUNDS } from "./latency-bounds";

/** Blobs and bytes that were copied within one interval. */
export interface Interval {
  blobs: number;
  bytes: number;
}

export interface ReportedBlob {
  readonly key: string;
  readonly milliseconds: number;
  readonly bytes: number;
  readonly method: string;
}

const MAX_INTERVALS = 240;
const FIRST_INTERVAL_MILLISECONDS = 250;
const MAX_SLOWEST = 20;

/** Figures of a set for its report. Their size is fixed, however many blobs there are. */
export class ReportFigures {
  readonly counts: Record<BlobResult["status"], number> = { copied: 0, skipped: 0, failed: 0, pruned: 0, "rolled-back": 0 };
  bytesCopied = 0;
  intervalMilliseconds = FIRST_INTERVAL_MILLISECONDS;
  intervals: Interval[] = [];
  readonly latencies: number[] = Array.from({ length: LATENCY_BOUNDS.length + 1 }, () => 0);
  slowest: ReportedBlob[] = [];
  /** Causes of all failures. */
  readonly causes = new Causes();

  constructor(
    readonly startedAt: number,
    private readonly now: () => number,
  ) {}

  get elapsedMilliseconds(): number {
    return this.now() - this.startedAt;
  }

  add(result: BlobResult): void {
    this.counts[result.status]++;
    if (result.status === "copied") this.#addCopied(result);
    if (result.status === "failed") this.causes.add(result.detail, result.key);
  }

  #addCopied(result: BlobResult): void {
    this.bytesCopied += result.bytes;
    const bar = LATENCY_BOUNDS.findIndex((bound) => result.milliseconds <= bound);
    const index = bar === -1 ? LATENCY_BOUNDS.length : bar;
    this.latencies[index] = (this.latencies[index] ?? 0) + 1;
    const interval = this.#currentInterval();
    interval.blobs++;
    interval.bytes += result.bytes;
    const last = this.slowest.at(-1);
    if (this.slowest.length === MAX_SLOWEST && last !== undefined && last.milliseconds >= result.milliseconds) return;
    this.slowest = [...this.slowest, kept(result)].sort((one, other) => other.milliseconds - one.milliseconds).slice(0, MAX_SLOWEST);
  }

  #currentInterval(): Interval {
    let index = Math.floor(this.elapsedMilliseconds / this.intervalMilliseconds);
    while (index >= MAX_INTERVALS) {
      this.#widen();
      index = Math.floor(this.elapsedMilliseconds / this.intervalMilliseconds);
    }
    while (this.intervals.length <= index) this.intervals.push({ blobs: 0, bytes: 0 });
    return this.intervals[index] ?? { blobs: 0, bytes: 0 };
  }

  /** Doubles the length of the intervals, and halves their number. */
  #widen(): void {
    this.intervalMilliseconds *= 2;
    const wider: Interval[] = [];
    this.intervals.forEach(({ blobs, bytes }, index) => {
      const into = (wider[Math.floor(index / 2)] ??= { blobs: 0, bytes: 0 });
      into.blobs += blobs;
      into.bytes += bytes;
    });
    this.intervals = wider;
  }
}

/**
 * Copies the texts: they may be slices of a whole page of a listing, which would then stay in
 * memory.
 */
function kept({ key, milliseconds, bytes, method }: BlobResult): ReportedBlob {
  const copy = (text: string) => Buffer.from(text, "utf8").toString("utf8");
  return { key: copy(key), milliseconds, bytes, method };
}
