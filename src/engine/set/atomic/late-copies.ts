import type { CopyFailure } from "../../../failure/copy-failure";
import { inParallel } from "../../../util/in-parallel";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";
import type { CopyRun } from "../../copy-run";
import type { SetCounts } from "../outcome/set-counts";
import type { PlannedBlob } from "../plan/planned-blob";
import { FullCopy } from "../work/full-copy";

const AT_ONCE = 4;

interface LateCopiesRequest {
  readonly counts: SetCounts;
  /** Its requests go through the gate of the set. */
  readonly runOf: (blob: PlannedBlob) => CopyRun;
  /** By which the run after a lost machine knows them. */
  readonly lastWriteLease: string;
  readonly onFailed: (blob: PlannedBlob, failure: CopyFailure, milliseconds: number) => void;
}

/**
 * The blobs of an atomic set that no block can hold back, kept in memory: each is a copy of its own, which begins once all others are staged
 * and can be undone until the set has come to its end.
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

  /** @throws CopyFailure of the first that failed, after it was told */
  async copyAll(stop: AbortSignal): Promise<void> {
    await inParallel(this.#waiting, AT_ONCE, stop, (blob) => this.#copy(blob));
  }

  async settle(): Promise<void> {
    await inParallel(this.#made, AT_ONCE, NEVER_ABORTED, ({ copy }) => copy.settle());
  }

  /** Those that were complete are counted no more, because of `why`. */
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
