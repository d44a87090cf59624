import { commitMark } from "../../recovery/marks";
import { CopyMethod } from "../../../intent";
import { ExitCode } from "../../../failure/exit-code";
import type { DestinationBlob } from "../../ports/blob-store";
import type { WriteResult } from "../../ports/requests";
import { CopyFailure } from "../../../failure/copy-failure";
import type { CopyRun } from "../../copy-run";
import { defined } from "../../../util/defined";
import { isSameMetadata } from "../../../util/same/same-texts";
import { isSameEtag } from "../../../util/same/etags";
import { inParallel } from "../../../util/in-parallel";
import { blockSize } from "../../methods/blocks";
import { canBeMarked } from "../../methods/run/own-mark";
import { withGrace } from "../../watch/grace";
import { pieces } from "../../methods/run/ranges";
import { carriedBy, copiesTags } from "../../methods/run/traits";
import { giveBack, leaseLastWrite } from "../../recovery/last-write";
import { describeBefore, tagsToKeep, takeRestorePoint } from "../../recovery/restore-point";
import { blocksAreInTheWay } from "../../../failure/service-codes";
import { foundAfter } from "../../../failure/lost-answer";
import type { CommitNote } from "./commit-log";
import { ownerOf } from "../../recovery/set-owner";
import type { ListedCopy } from "../plan/planned-blob";
import type { WrittenBlob } from "../outcome/blob-outcomes";
import { blockIdPrefixOf, entryOf, placeOf, withCommitFound } from "./commit-entry";
import { lastWriteLeaseOf } from "./marks/last-write-lease";
import { propertiesOf, type StagedBlob } from "./staged-blob";

const BLOCKS_AT_ONCE = 16;
const COMMIT_GRACE_MILLISECONDS = 10_000;

/**
 * `whole`: existing blocks at the destination prevent the staging of new ones, so one request
 * writes the blob at its commit.
 */
export type Staging = "blocks" | "whole";

const METHODS = { blocks: CopyMethod.PUT_BLOCK_FROM_URL, whole: CopyMethod.PUT_BLOB_FROM_URL } as const;

/** True if the blob has no block ids that distinguish it from another client's write. */
export function isWithoutBlocks(staging: Staging, length: number): boolean {
  return staging === "whole" || length === 0;
}

export interface CommittedBlob {
  readonly written: WrittenBlob;
  /** The blob carries a mark, which {@link AtomicCopy.complete} removes. */
  readonly isMarked: boolean;
}

export interface CommitSteps {
  readonly note: (note: CommitNote) => Promise<void>;
  /** Called right before a write. Rejects if another run considers this one dead. */
  readonly confirm: () => Promise<void>;
}

/**
 * One block blob of an atomic set. Until its commit, nothing is visible at the destination. Until
 * the set is settled, the blob can be restored, because its restore point is taken right before the
 * commit. The log keeps the state in between.
 */
export class AtomicCopy {
  readonly blob: ListedCopy;
  readonly #destination: DestinationBlob;
  readonly #blockIdPrefix: string;
  readonly #setPrefix: string;

  constructor(
    { index, blob }: StagedBlob,
    private readonly run: CopyRun,
    setPrefix: string,
  ) {
    this.blob = blob;
    this.#setPrefix = setPrefix;
    const { destinationLeaseId: leaseId } = blob.options;
    this.#destination = run.store.destination(blob.declaration.destination, { leaseId });
    this.#blockIdPrefix = blockIdPrefixOf(index, setPrefix);
  }

  /** Put Block From URL, pinned to the listed ETag of the source. */
  async stage(): Promise<Staging> {
    const { etag } = this.blob.source;
    const encryption = this.blob.options;
    const { stop } = this.run.deadline;
    const source = await this.#readable(CopyMethod.PUT_BLOCK_FROM_URL);
    try {
      await inParallel(this.#blocks(), BLOCKS_AT_ONCE, stop, async ({ sourceRange, id }, signal) => {
        await this.#destination.putBlockFromUrl(id, { source, sourceRange, signal, sourceConditions: { ifMatch: etag }, encryption });
      });
      return "blocks";
    } catch (error) {
      // Also for a name that has only another client's uncommitted blocks.
      if (blocksAreInTheWay(error)) return "whole";
      throw error;
    }
  }

  /**
   * Snapshot Blob if there is a blob to restore, then Put Block List with the source's headers and
   * metadata, or Put Blob From URL for `whole`.
   */
  async commit(staging: Staging, { note, confirm }: CommitSteps): Promise<CommittedBlob> {
    const { run, blob } = this;
    const { stop } = run.deadline;
    if (stop.aborted) throw stop.reason;
    const mark = await this.#markFor(staging);
    if (blob.destination !== undefined) await note({ before: await this.#takeRestorePoint(blob.destination.etag) });
    await confirm();
    const write = (signal: AbortSignal) => this.#write(staging, mark, signal);
    const written = await withGrace(write, stop, COMMIT_GRACE_MILLISECONDS, run.clock).catch((error: unknown) => this.#findWritten(error));
    const isMarked = Object.keys(mark).length > 0;
    await note({ etag: written.etag, ...(isMarked ? { isMarked } : {}) });
    const { source } = blob;
    const contentMd5 = written.contentMd5 ?? source.contentMd5;
    const whole = { ...written, contentMd5, length: source.length, method: METHODS[staging], copyId: "", sourceEtag: source.etag };
    return { written: whole, isMarked };
  }

  /**
   * Set Blob Metadata: removes the mark of a blob that was committed with one. Until
   * {@link release}, a lease stands in for the mark; it is released when the new ETag is safely
   * noted. A blob that is only found in this state, without the lease, is not noted as this run's
   * write.
   */
  async complete(written: WrittenBlob, note: CommitSteps["note"]): Promise<WrittenBlob> {
    const { run, blob } = this;
    const metadata = this.#metadata;
    const request = { ifMatch: written.etag, encryption: blob.options };
    const leaseId = lastWriteLeaseOf(this.#setPrefix);
    const lease = { destination: this.#destination, clock: run.clock, etag: written.etag, leaseId };
    const isLeased = await leaseLastWrite(lease);
    const destination = isLeased ? this.#destination.underLease(leaseId) : this.#destination;
    const set = async (signal: AbortSignal) => {
      const done = await destination.setMetadata(metadata, { ...request, signal });
      await note({ etag: done.etag });
      return done;
    };
    const find = async () => {
      const now = await this.#destination.getProperties({ signal: run.deadline.stop });
      const isSame = now?.length === written.length && now.contentMd5 === written.contentMd5 && isSameMetadata(metadata, now.metadata);
      if (!isSame) return undefined;
      if (isLeased) await note({ etag: now.etag });
      return { ...now, isFound: !isLeased };
    };
    const { etag, lastModified, versionId, isFound }: WriteResult & { readonly isFound?: boolean | undefined } = await withGrace(
      set,
      run.deadline.stop,
      COMMIT_GRACE_MILLISECONDS,
      run.clock,
    ).catch((error: unknown) => foundAfter(error, find));
    return { ...written, etag, lastModified, versionId, ...defined({ isFound }) };
  }

  /** Lease Blob (release), after {@link complete}. */
  release(): Promise<void> {
    return giveBack(this.#destination, lastWriteLeaseOf(this.#setPrefix), this.run.clock);
  }

  get #metadata(): Readonly<Record<string, string>> {
    return propertiesOf(this.blob.source, this.blob.options).metadata;
  }

  /** Block ids prove who wrote a blob. A blob without blocks carries a mark, if it can. */
  async #markFor(staging: Staging): Promise<Readonly<Record<string, string>>> {
    const { blob, run } = this;
    if (!isWithoutBlocks(staging, blob.source.length)) return {};
    const canCarryIt = await canBeMarked({
      method: METHODS[staging],
      needsRestorePoint: true,
      declaration: { ...blob.declaration, metadata: this.#metadata },
      owner: ownerOf(run.intent),
      wait: true,
      source: undefined,
      destination: this.#destination,
      now: undefined,
      stop: run.deadline.stop,
    });
    return canCarryIt ? commitMark(ownerOf(run.intent), this.#setPrefix) : {};
  }

  #blocks() {
    const { length } = this.blob.source;
    return [...pieces([{ offset: 0, count: length }], blockSize(length, BLOCKS_AT_ONCE))].map((sourceRange, index) => ({
      sourceRange,
      id: `${this.#blockIdPrefix}${Buffer.from(String(index).padStart(6, "0")).toString("base64")}`,
    }));
  }

  #readable(method: CopyMethod) {
    const { store, intent } = this.run;
    return store.source(this.blob.declaration.source).readable(method, this.#destination.account, intent.timeoutMilliseconds);
  }

  async #takeRestorePoint(etagBefore: string) {
    const { stop } = this.run.deadline;
    const now = await this.#destination.getProperties({ signal: stop });
    if (now === undefined || !isSameEtag(now.etag, etagBefore)) throw changedMeanwhile(this.#destination.url);
    const tags = await tagsToKeep(this.#destination, now, { signal: stop });
    const mark = { owner: ownerOf(this.run.intent), source: this.blob.sourceUrl };
    const { clock } = this.run;
    const take = (signal: AbortSignal) =>
      takeRestorePoint(this.#destination, describeBefore(now, tags), mark, { clock, keys: now.keys, signal });
    return withGrace(take, stop, COMMIT_GRACE_MILLISECONDS, clock);
  }

  async #write(staging: Staging, mark: Readonly<Record<string, string>>, signal: AbortSignal): Promise<WriteResult> {
    const { options, source, destination } = this.blob;
    const method = METHODS[staging];
    const destinationConditions = destination === undefined ? { ifNoneMatch: "*" } : { ifMatch: destination.etag };
    const carried = carriedBy(method, options);
    const metadata = { ...this.#metadata, ...mark };
    const tags = copiesTags(options) ? source.details?.tags : options.tags;
    const properties = { ...carried, metadata, tags, tagsOfSource: false };
    if (staging === "blocks") {
      const { headers } = propertiesOf(source, options);
      const written = { ...properties, headers, contentMd5: source.contentMd5 };
      const blockIds = this.#blocks().map(({ id }) => id);
      return this.#destination.putBlockList(blockIds, { destinationConditions, properties: written, signal });
    }
    const readable = await this.#readable(method);
    const sourceConditions = { ifMatch: source.etag };
    return this.#destination.putBlobFromUrl({ source: readable, sourceConditions, destinationConditions, properties, signal });
  }

  /**
   * For a commit whose response was lost: it took effect if the destination has its blocks or its
   * mark.
   */
  async #findWritten(error: unknown): Promise<WriteResult> {
    const entry = entryOf(this.blob, ownerOf(this.run.intent), this.#blockIdPrefix);
    return foundAfter(error, async () => {
      const place = { ...placeOf(this.blob), destination: this.#destination, setPrefix: this.#setPrefix, clock: this.run.clock };
      const { etag } = await withCommitFound(entry, place, this.run.deadline.stop);
      const now = etag === undefined ? undefined : await this.#destination.getProperties();
      return now?.etag === etag ? now : undefined;
    });
  }
}

function changedMeanwhile(url: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: `${url} was changed while the set was staged`,
    side: "destination",
    why: "it is no longer as listed, so a rollback could not restore it exactly",
    remedy: "find out who else writes this blob, then deploy again",
  });
}
