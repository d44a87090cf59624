import { Causes, namesOf } from "../../failure/causes";
import { CopyFailure } from "../../failure/copy-failure";
import { concernsAllBlobs } from "../../failure/service-codes";
import type { EventSink } from "../../engine/ports/events";
import type { BlobFailure } from "../../engine/set/outcome/blob-outcomes";
import { setFailure } from "../../engine/set/outcome/failure";
import type { PlannedBlob } from "../../engine/set/plan/planned-blob";
import type { Receipt } from "../../intent";
import { defined } from "../../util/defined";

const FAILURES_KEPT = 20;

/** Counts of a set's blobs so far. */
export class SetCounts {
  copied = 0;
  skipped = 0;
  /** Blobs that a later invocation continues. */
  pending = 0;
  failed = 0;
  bytesCopied = 0;
  readonly results = new Map<string, Receipt>();
  readonly failures: BlobFailure[] = [];
  /** The failure after which no further blob is started. */
  endedBy: CopyFailure | undefined;
  readonly #causes = new Causes();

  constructor(
    private readonly maxFailures: number,
    private readonly wanted: ReadonlySet<string>,
  ) {}

  get done(): number {
    return this.copied + this.skipped;
  }

  add({ key }: PlannedBlob, receipt: Receipt | undefined): void {
    if (receipt === undefined) this.pending++;
    else if (receipt.origin === "copied") {
      this.copied++;
      this.bytesCopied += receipt.bytesCopied;
    } else this.skipped++;
    if (receipt !== undefined && this.wanted.has(key)) this.results.set(key, receipt);
  }

  addSkipped(): void {
    this.skipped++;
  }

  /** @returns whether the set ends, so that no further blob is started */
  addFailed({ key, destinationUrl: destination }: PlannedBlob, failure: CopyFailure): boolean {
    this.failed++;
    this.#causes.add(failure.why, key);
    if (this.failures.length < FAILURES_KEPT) this.failures.push({ key, destination, failure });
    if (this.failed > this.maxFailures || concernsAllBlobs(failure)) this.endedBy ??= failure;
    return this.endedBy !== undefined;
  }

  /**
   * If several blobs failed, CloudFormation shows the most frequent causes, and the log shows all
   * of them.
   */
  report(emit: EventSink): CopyFailure | undefined {
    const [first] = this.failures;
    if (first === undefined || this.failed === 1) return first?.failure;
    const failures = this.failures.map(({ key, destination, failure: { what, why, remedy } }) => ({ key, destination, what, why, remedy }));
    const causes = this.#causes.list;
    emit({ type: "set-failures", failed: this.failed, failures, causes });
    const { exitCode, what, side, remedy, cause } = setFailure(this, this.endedBy, false);
    const why = causes.map((one) => `${namesOf(one)}: ${one.text}`).join("; ");
    return new CopyFailure({ exitCode, what, why, remedy, cause, ...defined({ side }) });
  }
}
