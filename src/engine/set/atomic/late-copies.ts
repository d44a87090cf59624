import type { CopyFailure } from "../../../failure/copy-failure";
import { inParallel } from "../../../util/in-parallel";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";
import type { CopyRun } from "../../copy-run";
import type { BlobOutcomes } from "../outcome/blob-outcomes";
import type { PlannedBlob } from "../plan/planned-blob";
import { FullCopy } from "../work/full-copy";

const AT_ONCE = 4;

interface LateCopiesRequest {
  readonly counts: BlobOutcomes;
  /** Returns a run whose requests go through the gate of the set. */
  readonly runOf: (blob: PlannedBlob) => CopyRun;
  /** Lease id by which the next run recognises these copies after the loss of the machine. */
  readonly lastWriteLease: string;
  readonly onFailed: (blob: PlannedBlob, failure: CopyFailure, milliseconds: number) => void;
}

/**
 * The blobs of an atomic set that cannot be staged as blocks. They are kept in memory. Each is a
 * full copy, which begins once all other blobs are staged and can be undone until the set is
 * settled.
 */
export class LateCopies {
  readonly #waiting: PlannedBlob[] = [];
  readonly #made: { readonly copy: FullCopy; readonly blob: PlannedBlob; readonly bytesCopied: number | undefined }[] = [];

  constructor(private readonly request: LateCopiesRequest) {}

  get count(): number {
    return this.#waiting.length;
  }

  add(blob: PlannedBlob): void {
    this.#waiting.push(blob);
  }

  /** @throws CopyFailure of the first copy that failed, after reporting it */
  async copyAll(stop: AbortSignal): Promise<void> {
    await inParallel(this.#waiting, AT_ONCE, stop, (blob) => this.#copy(blob));
  }

  async settle(): Promise<void> {
    await inParallel(this.#made, AT_ONCE, NEVER_ABORTED, ({ copy }) => copy.settle());
  }

  /** Removes completed copies from the counts, with `why` as the reason. */
  async undo(failure: CopyFailure, why: string): Promise<void> {
    const { counts } = this.request;
    await inParallel(this.#made, AT_ONCE, NEVER_ABORTED, async ({ copy, blob, bytesCopied }) => {
      await copy.undo(failure);
      if (counts.remembersRestored) counts.addRestored(await copy.restored());
      if (bytesCopied !== undefined) counts.uncount(blob, bytesCopied, why);
    });
  }

  async #copy(blob: PlannedBlob): Promise<void> {
    const { counts, runOf, lastWriteLease, onFailed } = this.request;
    const copy = new FullCopy(blob, { ...runOf(blob), keepsRestorePoint: true, lastWriteLease }, () => undefined);
    const end = await copy.copy();
    if (end.kind === "failed") {
      if (counts.remembersRestored) counts.addRestored(await copy.restored());
      onFailed(blob, end.failure, end.milliseconds);
      throw end.failure;
    }
    this.#made.push({ copy, blob, bytesCopied: end.kind === "copied" ? end.written.length : undefined });
    if (end.kind === "copied") counts.addCopied(blob, end.written, end.milliseconds);
    else counts.addSkipped(blob, end.written, end.why);
  }
}
