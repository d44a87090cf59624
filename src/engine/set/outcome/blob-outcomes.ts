import type { BlobResult, Receipt, RecopyPolicy, SetReceipt } from "../../../intent";
import { CopyMethod, INTENT_VERSION, LocationKind } from "../../../intent";
import type { Clock } from "../../ports/clock";
import type { CopyFailure } from "../../../failure/copy-failure";
import { Causes } from "../../../failure/causes";
import { ended, failureSentences } from "../../../failure/sentences";
import { skipsTheSame } from "../../plan/sameness";
import type { Inventory } from "../prune/inventory";
import type { RestoredBlob } from "../prune/restored";
import type { PlannedBlob } from "../plan/planned-blob";

/** Reported for a blob that was not copied. */
export interface BlobFailure {
  readonly key: string;
  readonly destination: string;
  readonly failure: CopyFailure;
}

export interface BlobOutcomesRequest {
  readonly resultKeys: readonly string[];
  readonly recopy: RecopyPolicy;
  readonly clock: Clock;
  /** Called once for each blob; undefined if no output needs the results. */
  readonly observe: ((result: BlobResult) => void) | undefined;
  /** Notes which blobs are the set's own. */
  readonly inventory: InventoryOfRun | undefined;
}

type InventoryOfRun = Pick<Inventory, "addCopied" | "addSkipped" | "addRestored">;

const FAILURES_KEPT = 20;

/** The blob that a copy wrote, or found. */
export interface WrittenBlob {
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly lastModified: Date;
  readonly contentMd5: string | undefined;
  readonly length: number;
  readonly method: CopyMethod;
  readonly copyId: string;
  readonly sourceEtag: string;
  /**
   * The blob is as it was to be written, but nothing proves who wrote it. A set never deletes such
   * a blob.
   */
  readonly isFound?: boolean;
}

/**
 * Counts the results of a set's blobs and keeps the details that the user wants. Its size is
 * bounded, however many blobs there are.
 */
export class BlobOutcomes {
  copied = 0;
  /**
   * Of the copied blobs: those that another run would copy again although they are the same by
   * then.
   */
  copiedAgain = 0;
  skipped = 0;
  failed = 0;
  pruned = 0;
  bytesCopied = 0;
  /** Causes of all failures, including those that {@link failures} does not keep. */
  readonly causes = new Causes();
  readonly failures: BlobFailure[] = [];
  readonly results = new Map<string, Receipt>();
  readonly #wanted: ReadonlySet<string>;

  constructor(private readonly request: BlobOutcomesRequest) {
    this.#wanted = new Set(request.resultKeys);
  }

  get done(): number {
    return this.copied + this.skipped;
  }

  /** True if a receipt of this copied or skipped blob is wanted. */
  isWanted(key: string): boolean {
    return this.#wanted.has(key);
  }

  addCopied(blob: PlannedBlob, written: WrittenBlob, milliseconds: number): void {
    this.copied++;
    if (!skipsTheSame({ options: blob.options, recopy: this.request.recopy })) this.copiedAgain++;
    this.bytesCopied += written.length;
    if (written.isFound === true) this.#noteFound(blob, written.etag);
    else this.#note(blob, (inventory, name) => inventory.addCopied(name, written.etag));
    this.#keep(blob, written);
    this.#report(blob, { status: "copied", written, milliseconds, detail: "" });
  }

  addSkipped(blob: PlannedBlob, found: WrittenBlob, why: string): void {
    this.skipped++;
    this.#noteFound(blob, found.etag);
    this.#keep(blob, found);
    this.#report(blob, { status: "skipped", written: found, milliseconds: 0, detail: why });
  }

  addFailed(blob: PlannedBlob, failure: CopyFailure, milliseconds: number): void {
    this.failed++;
    this.causes.add(`${ended(failure.why)} What to do: ${ended(failure.remedy)}`, blob.key);
    if (this.failures.length < FAILURES_KEPT)
      this.failures.push({ key: copyOf(blob.key), destination: copyOf(blob.destinationUrl), failure });
    this.#report(blob, { status: "failed", written: undefined, milliseconds, detail: failureSentences(failure) });
  }

  /** The blob was complete, or on its way, when the set had to end. */
  addRolledBack(blob: PlannedBlob, why: string): void {
    this.#report(blob, { status: "rolled-back", written: undefined, milliseconds: 0, detail: why });
  }

  /** A blob that was counted as copied has been undone. */
  uncount(blob: PlannedBlob, bytes: number, why: string): void {
    this.copied--;
    this.bytesCopied -= bytes;
    this.results.delete(blob.key);
    this.addRolledBack(blob, why);
  }

  /** A restore changes the ETag of a blob, which matters only to a set with an inventory. */
  get remembersRestored(): boolean {
    return this.request.inventory !== undefined;
  }

  addRestored(restored: RestoredBlob | undefined): void {
    if (restored !== undefined) this.request.inventory?.addRestored(restored.name, restored.etagBefore, restored.etagNow);
  }

  addPruned(key: string, destination: string): void {
    this.pruned++;
    this.request.observe?.({ ...NOTHING, key, source: "", destination, status: "pruned", detail: "the source no longer has it" });
  }

  receipt(): SetReceipt {
    return {
      version: INTENT_VERSION,
      total: this.copied + this.skipped + this.failed,
      copied: this.copied,
      skipped: this.skipped,
      failed: this.failed,
      pruned: this.pruned,
      bytesCopied: this.bytesCopied,
      completedOn: new Date(this.request.clock.now()).toISOString(),
      results: Object.fromEntries(this.results),
    };
  }

  #noteFound(blob: PlannedBlob, etag: string): void {
    this.#note(blob, (inventory, name) => inventory.addSkipped(name, etag));
  }

  #note(blob: PlannedBlob, note: (inventory: InventoryOfRun, destinationName: string) => void): void {
    const { inventory } = this.request;
    const name = inventory === undefined ? undefined : destinationNameOf(blob);
    if (inventory !== undefined && name !== undefined) note(inventory, name);
  }

  #keep(blob: PlannedBlob, written: WrittenBlob): void {
    if (!this.#wanted.has(blob.key)) return;
    const time = written.lastModified.toISOString();
    this.results.set(copyOf(blob.key), {
      version: INTENT_VERSION,
      destinationUrl: copyOf(blob.destinationUrl),
      etag: copyOf(written.etag),
      versionId: written.versionId ?? "",
      copyId: written.copyId,
      copyStatus: "success",
      bytesCopied: written.length,
      lastModified: time,
      contentMd5: copyOf(written.contentMd5 ?? ""),
      method: written.method,
      completedOn: time,
      destinationSnapshot: "",
      sourceEtag: copyOf(written.sourceEtag),
    });
  }

  #report(
    blob: PlannedBlob,
    told: Pick<BlobResult, "status" | "milliseconds" | "detail"> & { readonly written: WrittenBlob | undefined },
  ): void {
    const { observe } = this.request;
    if (observe === undefined) return;
    const { written, ...rest } = told;
    observe({
      key: blob.key,
      source: blob.sourceUrl,
      destination: blob.destinationUrl,
      etag: written?.etag ?? "",
      versionId: written?.versionId ?? "",
      bytes: written?.length ?? blob.listed?.source.length ?? 0,
      method: written?.method ?? blob.options.method,
      ...rest,
    });
  }
}

const NOTHING = { etag: "", versionId: "", bytes: 0, milliseconds: 0, method: CopyMethod.AUTO } as const;

/** Names and ETags are slices of a whole page of a listing, and would keep it in memory. */
function copyOf(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/**
 * For a blob that no listing shows, the declaration has the name. All destinations of a manifest
 * with an inventory are in the inventory's container.
 */
function destinationNameOf({ listed, declaration: { destination } }: PlannedBlob): string | undefined {
  if (listed !== undefined) return listed.destinationName;
  return destination.kind === LocationKind.BLOB ? destination.blobName : undefined;
}
