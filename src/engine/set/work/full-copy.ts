import { type Receipt, RecopyPolicy } from "../../../intent";
import type { CopyEvent, EventSink } from "../../ports/events";
import type { CopyFailure } from "../../../failure/copy-failure";
import { CopyLife } from "../../life/copy-life";
import type { CopyRun } from "../../copy-run";
import { explain } from "../../../failure/explain";
import type { PlannedBlob } from "../plan/planned-blob";
import { type RestoredBlob, restoredBlob } from "../prune/restored";
import type { WrittenBlob } from "../outcome/blob-outcomes";

export type FullCopyEnd =
  | { readonly kind: "copied" | "skipped"; readonly written: WrittenBlob; readonly why: string; readonly milliseconds: number }
  | { readonly kind: "failed"; readonly failure: CopyFailure; readonly milliseconds: number };

const SOMEBODYS = "another client copied it, or nothing proves that this set did";

/**
 * Copies a blob that one request cannot copy (or did not copy). It takes the same steps as a single
 * copy: its own inspection of both sides, journal, restore point and rollback.
 */
export class FullCopy {
  readonly #run: CopyLife;
  readonly #startedAt: number;
  #skipped: string | undefined;
  #wasRestored = false;
  readonly #clock: CopyRun["clock"];
  readonly #store: CopyRun["store"];

  constructor(
    private readonly blob: PlannedBlob,
    run: CopyRun,
    onPending: () => void,
  ) {
    this.#store = run.store;
    this.#clock = run.clock;
    this.#startedAt = run.clock.now();
    const emit: EventSink = (event) => {
      if (event.type === "copy-skipped") this.#skipped = event.why;
      if (event.type === "rollback-finished") this.#wasRestored = event.outcome === "restored";
      if (event.type === "rehydrating" && event.isAwaited) onPending();
      if ((event.type === "copy-started" && event.status === "pending") || event.type === "copy-adopted") onPending();
      if (isWorthALine(event)) run.emit(event);
    };
    // A set has millions of listed blobs. The listings decide about them, so no notes are needed.
    const made = blob.listed === undefined ? run.made : undefined;
    const recopy = blob.listed?.isAnyway === true ? RecopyPolicy.ON_INTENT_CHANGE : run.intent.recopy;
    this.#run = new CopyLife(blob.declaration, { ...run, intent: { ...run.intent, recopy }, made, emit });
  }

  /** Copies. After a failure, the rollback is complete when this resolves. */
  async copy(): Promise<FullCopyEnd> {
    try {
      const receipt = await this.#run.copy();
      const why = this.#skipped ?? (receipt.origin === "found" ? SOMEBODYS : undefined);
      return {
        kind: why === undefined ? "copied" : "skipped",
        written: writtenOf(receipt),
        why: why ?? "",
        milliseconds: this.#elapsed,
      };
    } catch (error) {
      const failure = explain(error, "The copy failed");
      await this.#run.undo(failure);
      return { kind: "failed", failure, milliseconds: this.#elapsed };
    }
  }

  settle(): Promise<void> {
    return this.#run.settle();
  }

  undo(failure: CopyFailure): Promise<void> {
    return this.#run.undo(failure);
  }

  /** The blob that a rollback put back; undefined if it put none back. */
  async restored(): Promise<RestoredBlob | undefined> {
    const { listed } = this.blob;
    if (!this.#wasRestored || listed?.destination === undefined) return undefined;
    return restoredBlob(listed, this.#store.destination(this.blob.declaration.destination));
  }

  get #elapsed(): number {
    return this.#clock.now() - this.#startedAt;
  }
}

/**
 * A set reports its blobs as counts. A single blob gets a line only when the user may have to act.
 */
function isWorthALine(event: CopyEvent): boolean {
  return (
    event.type === "warning" ||
    (event.type === "rollback-finished" && !["untouched", "removed", "restored", "goes-on"].includes(event.outcome))
  );
}

function writtenOf(receipt: Receipt): WrittenBlob {
  return {
    etag: receipt.etag,
    versionId: receipt.versionId || undefined,
    lastModified: new Date(receipt.lastModified),
    contentMd5: receipt.contentMd5 || undefined,
    length: receipt.bytesCopied,
    method: receipt.method,
    copyId: receipt.copyId,
    sourceEtag: receipt.sourceEtag,
  };
}
