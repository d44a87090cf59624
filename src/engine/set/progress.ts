import type { SetContext } from "./plan/context";
import type { BlobOutcomes } from "./outcome/blob-outcomes";
import type { SetWork } from "./work/set-work";

const REPORT_EVERY_MILLISECONDS = 500;

/** Reports the counts of a set twice a second. The listener decides what is worth a line. */
export class ProgressReporter {
  readonly #ended = new AbortController();
  readonly #startedAt: number;

  constructor(
    private readonly counts: BlobOutcomes,
    private readonly work: SetWork,
    private readonly context: Pick<SetContext, "clock" | "emit">,
  ) {
    this.#startedAt = context.clock.now();
    this.#report();
    void this.#reportRegularly();
  }

  now() {
    const { copied, skipped, failed, bytesCopied } = this.counts;
    const { total, staged, isPlanComplete } = this.work;
    return {
      copied,
      skipped,
      failed,
      staged,
      total,
      totalIsKnown: isPlanComplete,
      bytesCopied,
      elapsedMilliseconds: this.context.clock.now() - this.#startedAt,
    };
  }

  end(): void {
    this.#ended.abort();
  }

  #report(): void {
    this.context.emit({ type: "set-progress", ...this.now() });
  }

  async #reportRegularly(): Promise<void> {
    for (;;) {
      try {
        await this.context.clock.sleep(REPORT_EVERY_MILLISECONDS, this.#ended.signal);
      } catch {
        return;
      }
      this.#report();
    }
  }
}
