import { randomBytes } from "node:crypto";
import { CopyMethod, RollbackPolicy } from "../../intent";
import { ExitCode } from "../../process/exit-code";
import type { DestinationBlob, ReadableSource, SourceObject, WriteRequest, WriteResult } from "../blob-store";
import { CopyFailure } from "../copy-failure";
import type { CopyRun } from "../copy-life";
import { inParallel } from "../in-parallel";
import type { JournalEntry } from "../journal";
import { blockSize } from "../methods/blocks";
import { withGrace } from "../methods/in-flight";
import { pieces } from "../methods/ranges";
import { describeBefore, removeRestorePoint, takeRestorePoint } from "../restore-point";
import { rollback } from "../rollback";
import { ServiceError } from "../service-error";
import type { BlobPlace } from "./blob-listing";
import { withCommitFound } from "./committed-by";
import type { ListedCopy } from "./planned-blob";
import type { WrittenBlob } from "./set-tally";

const BLOCKS_AT_ONCE = 16;
const COMMIT_GRACE_MILLISECONDS = 10_000;

/**
 * One block blob of an atomic set. Until its commit nothing shows at the destination; until it is settled it can be put back
 * as it was, because its restore point is taken right before the commit.
 */
export class AtomicCopy {
  readonly #source: SourceObject;
  readonly #destination: DestinationBlob;
  #entry: JournalEntry;
  #readable: ReadableSource | undefined;
  /** undefined where the destination's own blocks do not allow others beside them. */
  #blockIds: readonly string[] | undefined = [];

  constructor(
    readonly blob: ListedCopy,
    private readonly run: CopyRun,
  ) {
    const { declaration, destination } = blob;
    this.#source = run.store.source(declaration.source);
    this.#destination = run.store.destination(declaration.destination);
    this.#entry = {
      destination: this.#destination.url,
      owner: run.intent.owner,
      source: this.#source.url,
      method: CopyMethod.PUT_BLOCK_FROM_URL,
      rollback: RollbackPolicy.RESTORE,
      before: destination === undefined ? { exists: false } : { exists: true, etag: destination.etag, length: destination.length },
      touched: false,
    };
  }

  /** Put Block From URL, pinned to the listed ETag of the source. */
  async stage(): Promise<void> {
    const { blob, run } = this;
    const { etag, length } = blob.source;
    const { stop } = run.deadline;
    this.#readable = await this.#source.readable(CopyMethod.PUT_BLOCK_FROM_URL, this.#destination.account, run.intent.timeoutMilliseconds);
    const source = this.#readable;
    const prefix = randomBytes(9).toString("base64");
    this.#note({ touched: true, blockIdPrefix: length === 0 ? "" : prefix });
    const blocks = [...pieces([{ offset: 0, count: length }], blockSize(length, BLOCKS_AT_ONCE))].map((sourceRange, index) => ({
      sourceRange,
      id: `${prefix}${Buffer.from(String(index).padStart(6, "0")).toString("base64")}`,
    }));
    try {
      await inParallel(blocks, BLOCKS_AT_ONCE, stop, async ({ sourceRange, id }, signal) => {
        await this.#destination.putBlockFromUrl(id, { source, sourceRange, signal, sourceConditions: { ifMatch: etag }, ...this.#lease });
      });
      this.#blockIds = blocks.map(({ id }) => id);
    } catch (error) {
      const blocksDoNotMix = error instanceof ServiceError && error.code === "InvalidBlobOrBlock" && blob.destination !== undefined;
      if (!blocksDoNotMix) throw error;
      this.#blockIds = undefined;
    }
  }

  /** Snapshot Blob where there is something to put back, then Put Block List with the source's headers and metadata. */
  async commit(): Promise<WrittenBlob> {
    const { stop } = this.run.deadline;
    if (stop.aborted) throw stop.reason;
    if (this.#entry.before.exists) await this.#takeRestorePoint();
    const written = await withGrace((signal) => this.#write(signal), stop, COMMIT_GRACE_MILLISECONDS, this.run.clock).catch(
      (error: unknown) => this.#findWritten(error),
    );
    this.#note({ etag: written.etag });
    const { source } = this.blob;
    const contentMd5 = written.contentMd5 ?? source.contentMd5;
    const method = this.#blockIds === undefined ? CopyMethod.PUT_BLOB_FROM_URL : CopyMethod.PUT_BLOCK_FROM_URL;
    return { ...written, contentMd5, length: source.length, method, copyId: "", sourceEtag: source.etag };
  }

  /** The set is complete: nothing is put back any more. */
  async settle(): Promise<void> {
    const point = this.#entry.before.restorePoint;
    this.#note({ settled: true });
    if (point !== undefined && !(await removeRestorePoint(this.#destination, point, this.run.clock))) {
      this.run.emit({ type: "warning", text: `${this.#entry.destination}: restore point ${point} could not be deleted` });
    }
    this.run.journal.remove(this.#entry.destination);
  }

  /** Puts the destination back, and discards what was staged. */
  async undo(why: string): Promise<void> {
    if (!this.#entry.touched) return;
    const { clock, emit, journal } = this.run;
    const { destinationLeaseId: leaseId } = this.blob.options;
    const isWorthALine = (outcome: string) => outcome !== "untouched" && outcome !== "removed" && outcome !== "restored";
    const result = await rollback({
      entry: await withCommitFound(this.#entry, this.#place, new AbortController().signal),
      destination: this.#destination,
      leaseId,
      clock,
      emit: (event) => {
        if (event.type === "rollback-finished" && isWorthALine(event.outcome)) emit(event);
      },
      why,
    });
    if (result.outcome !== "incomplete") journal.remove(this.#entry.destination);
  }

  async #takeRestorePoint(): Promise<void> {
    const { before, source } = this.#entry;
    const { stop } = this.run.deadline;
    const now = await this.#destination.getProperties({ signal: stop, ...this.#lease });
    if (now === undefined || now.etag !== before.etag) throw changedMeanwhile(this.#entry.destination);
    const tags = now.tagCount > 0 ? await this.#destination.getTags({ signal: stop }) : undefined;
    this.#note({ takingRestorePoint: true });
    const described = describeBefore(now, tags);
    const mark = { owner: this.run.intent.owner, source };
    const restorable = await takeRestorePoint(this.#destination, described, mark, this.blob.options.destinationLeaseId);
    this.#note({ before: restorable, takingRestorePoint: false });
  }

  async #write(signal: AbortSignal): Promise<WriteResult> {
    const { options, source } = this.blob;
    const { before } = this.#entry;
    const request: WriteRequest = {
      signal,
      destinationConditions: before.exists ? { ifMatch: before.etag ?? "" } : { ifNoneMatch: "*" },
      metadata: options.metadata ?? source.details?.metadata ?? {},
      ...(options.accessTier === undefined ? {} : { accessTier: options.accessTier }),
      ...this.#lease,
    };
    const tags = options.copySourceTags === true ? source.details?.tags : options.tags;
    const withTags = { ...request, ...(tags === undefined ? {} : { tags }) };
    if (this.#blockIds !== undefined) {
      const contentHeaders = { ...source.details?.contentHeaders, ...options.contentHeaders };
      const md5 = source.contentMd5 === undefined ? {} : { contentMd5: source.contentMd5 };
      return this.#destination.putBlockList(this.#blockIds, { ...withTags, ...md5, contentHeaders });
    }
    if (this.#readable === undefined) throw new Error("a copy is committed that was not staged");
    const { contentHeaders } = options;
    return this.#destination.putBlobFromUrl({
      ...withTags,
      source: this.#readable,
      sourceConditions: { ifMatch: source.etag },
      ...(contentHeaders === undefined ? {} : { contentHeaders }),
    });
  }

  /** Of a commit whose answer was lost: it took effect when the destination has our blocks. */
  async #findWritten(error: unknown): Promise<WriteResult> {
    if (!(error instanceof ServiceError) || !error.outcomeUnknown) throw error;
    const { etag } = await withCommitFound(this.#entry, this.#place, this.run.deadline.stop);
    const now = etag === undefined ? undefined : await this.#destination.getProperties(this.#lease);
    if (now === undefined || now.etag !== etag) throw error;
    return now;
  }

  get #place(): BlobPlace {
    return { container: this.blob.pair.destination, name: this.blob.destinationName };
  }

  #note(change: Partial<JournalEntry>): void {
    this.#entry = { ...this.#entry, ...change };
    this.run.journal.write(this.#entry);
  }

  get #lease(): { readonly leaseId?: string } {
    const { destinationLeaseId } = this.blob.options;
    return destinationLeaseId === undefined ? {} : { leaseId: destinationLeaseId };
  }
}

function changedMeanwhile(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${url} was changed while the set was staged`,
    side: "destination",
    why: "it is not what was listed any more, so it would not be put back as it was",
    remedy: "find out who else writes this blob, then deploy again",
  });
}
