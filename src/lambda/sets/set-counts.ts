import { Causes, namesOf } from "../../failure/causes";
import { CopyFailure } from "../../failure/copy-failure";
import { concernsAllBlobs } from "../../failure/service-codes";
import type { EventSink } from "../../engine/ports/events";
import type { BlobFailure } from "../../engine/set/outcome/set-counts";
import { setFailure } from "../../engine/set/outcome/failure";
import type { PlannedBlob } from "../../engine/set/plan/planned-blob";
import type { Receipt } from "../../intent";
import { defined } from "../../util/defined";

const FAILURES_KEPT = 20;

/** What has become of the blobs of a set so far. */
export class SetCounts {
  copied = 0;
  skipped = 0;
  /** Those that a later invocation goes on with. */
  pending = 0;
  failed = 0;
  bytesCopied = 0;
  readonly results = new Map<string, Receipt>();
  readonly failures: BlobFailure[] = [];
  /** The failure after which no further blob is begun. */
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

  /** @returns whether no further blob is begun */
  addFailed({ key, destinationUrl: destination }: PlannedBlob, failure: CopyFailure): boolean {
    this.failed++;
    this.#causes.add(failure.why, key);
    if (this.failures.length < FAILURES_KEPT) this.failures.push({ key, destination, failure });
    if (this.failed > this.maxFailures || concernsAllBlobs(failure)) this.endedBy ??= failure;
    return this.endedBy !== undefined;
  }

  /** Of several, CloudFormation shows the most frequent causes, and the log has them all. */
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
