import type { BlobState, CopyState } from "./blob-state";
import { Content } from "./content";

export interface CopyPlan {
  /** Infinity: never ends. */
  readonly milliseconds: number;
  /** Fraction of the bytes at which progress stops while pending. */
  readonly stallsAt: number;
  /** Status description of a copy that fails; undefined: it succeeds. */
  readonly failure: string | undefined;
  /** Status description while pending: an error that the service retries. */
  readonly pendingDescription: string | undefined;
  readonly isSourceUnchanged: () => boolean;
  /** Writes the source's bytes, block list and other properties to the destination. */
  readonly complete: (blob: BlobState) => void;
}

const SOURCE_CHANGED = '412 ConditionNotMet "Copy failed when reading the source."';

/** An asynchronous copy in progress. It progresses in real time, even if no request reads it. */
export class PendingCopy {
  private readonly startedOn = Date.now();
  /**
   * Prevents a recursion: if the source is a snapshot of the destination, reading it advances the
   * destination's pending copy.
   */
  private isLookingAtSource = false;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly blob: BlobState,
    private readonly copy: CopyState,
    private readonly plan: CopyPlan,
  ) {
    if (plan.pendingDescription !== undefined) copy.statusDescription = plan.pendingDescription;
    if (Number.isFinite(plan.milliseconds)) this.timer = setTimeout(() => this.advance(), plan.milliseconds).unref();
  }

  advance(): void {
    if (this.copy.status !== "pending" || this.isLookingAtSource) return;
    this.isLookingAtSource = true;
    const isSourceUnchanged = this.plan.isSourceUnchanged();
    this.isLookingAtSource = false;
    if (!isSourceUnchanged) return this.end("failed", SOURCE_CHANGED);
    const elapsed = Date.now() - this.startedOn;
    if (elapsed >= this.plan.milliseconds) return this.finish();
    const fraction = Number.isFinite(this.plan.milliseconds)
      ? Math.min(this.plan.stallsAt, elapsed / this.plan.milliseconds)
      : this.plan.stallsAt;
    const bytesCopied = Math.floor(this.copy.bytesTotal * fraction);
    if (bytesCopied === this.copy.bytesCopied) return;
    this.copy.bytesCopied = bytesCopied;
    // The ETag of a page blob changes continually during a copy.
    if (this.blob.type === "PageBlob") this.blob.touch();
  }

  /** Completes it now, regardless of its plan. */
  complete(): void {
    this.advance();
    if (this.copy.status === "pending") this.finish();
  }

  abort(): void {
    this.blob.content = Content.EMPTY;
    this.end("aborted", undefined);
  }

  private finish(): void {
    if (this.plan.failure !== undefined) return this.end("failed", this.plan.failure);
    this.plan.complete(this.blob);
    this.copy.bytesCopied = this.copy.bytesTotal;
    this.end("success", undefined);
  }

  private end(status: CopyState["status"], description: string | undefined): void {
    clearTimeout(this.timer);
    this.copy.status = status;
    this.copy.statusDescription = description;
    this.copy.completedOn = Date.now();
    this.copy.pending = undefined;
    this.blob.touch();
  }
}
