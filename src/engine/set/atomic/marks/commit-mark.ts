import { ExitCode } from "../../../../failure/exit-code";
import type { EventSink } from "../../../ports/events";
import { CopyFailure, CopyLost } from "../../../../failure/copy-failure";
import { explain } from "../../../../failure/explain";
import { ServiceError } from "../../../../failure/service-error";
import type { BlobContainer } from "../../../ports/blob-container";
import { asciiJson } from "../../../recovery/blobcopy-folder";
import type { BlobStore } from "../../../ports/blob-store";
import type { Clock } from "../../../ports/clock";
import { CommitLease, undoneByAnother } from "./commit-lease";
import { type FoundCommit, parseMark } from "./found-commit";
import { NEVER_ABORTED } from "../../../../util/abort/never-aborted";

const BLOCK_ID = Buffer.from("000000").toString("base64");

export interface CommitMarkOptions {
  /** Name of the mark in its container. */
  readonly name: string;
  readonly owner: string;
  /** Lease id of the run that writes the mark, or wrote it. */
  readonly leaseId: string;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly emit: EventSink;
  /** Called when another run considers this one dead. */
  readonly onLost: () => void;
}

/**
 * Announces on the service that an atomic set is in the middle of its commit. The mark is a small
 * blob in the destination's container, `.blobcopy/<hash of owner>.commit`, and exists from before
 * the first commit until the last restore point is deleted. After the loss of a machine the next
 * run finds it; a run without a mark need not search for restore points. The run that commits
 * renews a finite lease on the mark, which distinguishes a live run from a lost one.
 */
export class CommitMark {
  #etag: string | undefined;
  #isWritten = false;
  /** The line that this run wrote last. */
  #line: { readonly text: string; readonly blockIdPrefix: string } | undefined;
  #lease: CommitLease | undefined;

  constructor(
    readonly container: BlobContainer,
    private readonly options: CommitMarkOptions,
  ) {}

  /** Another run is undoing, or has undone, the commits of this run. */
  get isLost(): boolean {
    return this.#lease?.isLost === true;
  }

  get leaseId(): string | undefined {
    return this.#lease?.leaseId;
  }

  /**
   * Get Blob, then the lease of the mark, which is the right to undo the announced commit.
   *
   * @throws CopyFailure when the run that wrote the mark is still alive
   */
  async find(signal: AbortSignal): Promise<FoundCommit | undefined> {
    const what = `Cannot read the destination ${this.container.url}`;
    if ((await this.#read(signal).catch(explained(what))) === undefined) return undefined;
    const lease = await this.#acquire(signal).catch(explained(what));
    if (lease === "the mark is gone") return undefined;
    if (lease === undefined) throw this.#anotherRun("it holds the lease of the mark, and renews it");
    // Another run may have rewritten or deleted the mark during the wait for its lease.
    const mark = await this.#read(signal).catch(explained(what));
    this.#etag = mark?.etag;
    this.#isWritten = mark !== undefined;
    return mark;
  }

  /**
   * Put Block, Put Block List, then the lease.
   *
   * @throws CopyFailure when another run of this set is committing
   */
  async write(commit: Omit<FoundCommit, "writtenAt">, signal: AbortSignal): Promise<void> {
    const { container, options } = this;
    const { name, owner, emit } = options;
    const { phase, blockIdPrefix } = commit;
    const line = `${asciiJson({ owner, ...commit })}\n`;
    const isNew = phase === "committing" && this.#etag === undefined;
    const conditions = isNew ? { ifNoneMatch: "*" } : {};
    try {
      await container.putBlock(name, BLOCK_ID, line, signal, this.leaseId);
      await container.putBlockList(name, [BLOCK_ID], conditions, signal, this.leaseId);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (isNew && (error.status === 409 || error.status === 412)) await this.#judgeOther(error, blockIdPrefix);
      else if (error.status === 403) {
        const text = `${this.#url} may not be written: if this machine is lost during the commit, the next run will not know`;
        return emit({ type: "warning", text });
      } else throw explain(error, `The commit could not be announced at ${this.#url}`);
    }
    this.#isWritten = true;
    this.#line = { text: line, blockIdPrefix };
    if (this.#lease === undefined) await this.#leaseWritten(signal);
  }

  /**
   * Nothing is committed yet. So if another run leases the mark first, it only has a mark to
   * delete.
   */
  async #leaseWritten(signal: AbortSignal): Promise<void> {
    const orExplained = explained(`${this.#url} cannot be leased`);
    const acquire = () => this.#acquire(signal, 0).catch(orExplained);
    const isGone = (await acquire()) === "the mark is gone" && (await this.#putBack().catch(orExplained));
    if (isGone && (await acquire()) === "the mark is gone")
      throw CopyLost.because(
        `The commit could not be announced at ${this.#url}`,
        "another client deletes the mark that this run writes there",
      );
    if (this.#lease === undefined) throw this.#anotherRun("it leased the mark right after this run had written it");
  }

  /** @throws CopyFailure if the lease may have expired and another run has taken it */
  async confirmIfInDoubt(): Promise<void> {
    if (this.#lease?.isInDoubt === true) await this.confirm();
  }

  /** Lease Blob (renew). @throws CopyFailure when another run has undone the commits of this one */
  async confirm(): Promise<void> {
    if ((await this.#lease?.confirm()) === false) throw undoneByAnother(this.#url);
  }

  /**
   * Deletes the mark of a commit that was undone from the log. The mark of another commit, which
   * the same run wanted to undo, stays.
   */
  async removeOf({ blockIdPrefix }: Pick<FoundCommit, "blockIdPrefix">): Promise<void> {
    const found = await this.#read(NEVER_ABORTED).catch(() => undefined);
    this.#isWritten = found?.blockIdPrefix === blockIdPrefix;
    // The killed run may still hold the lease.
    if (found !== undefined) await this.releaseOf();
    await this.remove();
  }

  /** Lease Blob (release), for a process that has ended. */
  async releaseOf(): Promise<void> {
    const { store, name, leaseId } = this.options;
    await store
      .destination(this.container.locationOf(name))
      .releaseLease(leaseId)
      .catch(() => undefined);
  }

  /** Delete Blob. */
  async remove(leaseId = this.leaseId): Promise<void> {
    this.#lease?.end();
    if (!this.#isWritten) return;
    const { container, options } = this;
    try {
      const now = await this.#read(NEVER_ABORTED);
      if (now !== undefined) await container.deleteBlob(options.name, now.etag, NEVER_ABORTED, leaseId);
      this.#isWritten = false;
      this.#etag = undefined;
      this.#lease = undefined;
    } catch (error) {
      const { why } = explain(error, "");
      options.emit({ type: "warning", text: `${this.#url} could not be deleted; the next run deletes it: ${why}` });
      await this.release();
    }
  }

  /** Leaves the mark for the next run, which need not wait for the lease. */
  async release(): Promise<void> {
    await this.#lease?.release();
    this.#lease = undefined;
  }

  get #url(): string {
    return this.container.urlOf(this.options.name);
  }

  async #acquire(signal: AbortSignal, maxWaitMilliseconds?: number): Promise<CommitLease | "the mark is gone" | undefined> {
    const { store, name, leaseId, clock, emit, onLost } = this.options;
    const text = `${this.#url} is leased by another run of this set, or by one that was lost: waiting for a minute to find out`;
    const onWait = () => (maxWaitMilliseconds === 0 ? undefined : emit({ type: "warning", text }));
    try {
      const putBack = () => this.#putBack();
      const options = { leaseId, clock, signal, onWait, onLost, putBack };
      const lease = await CommitLease.acquire(store.destination(this.container.locationOf(name)), options, maxWaitMilliseconds);
      return (this.#lease = lease);
    } catch (error) {
      if (error instanceof ServiceError && error.status === 404) return "the mark is gone";
      throw error;
    }
  }

  /**
   * Writes the mark again when another client has deleted it, for example to tidy up. Without the
   * mark, no other run would know of the commit if this machine were lost.
   */
  async #putBack(): Promise<boolean> {
    if (this.#line === undefined) return false;
    const { container, options } = this;
    const { text, blockIdPrefix } = this.#line;
    try {
      await container.putBlock(options.name, BLOCK_ID, text, NEVER_ABORTED);
      await container.putBlockList(options.name, [BLOCK_ID], { ifNoneMatch: "*" }, NEVER_ABORTED);
    } catch (error) {
      const isThere = error instanceof ServiceError && (error.status === 409 || error.status === 412);
      if (!isThere || (await this.#read(NEVER_ABORTED))?.blockIdPrefix !== blockIdPrefix) throw error;
    }
    options.emit({ type: "warning", text: `${this.#url} was deleted by another client during the commit: it was written again` });
    return true;
  }

  /** A repeated request can conflict with the mark that its first try wrote. */
  async #judgeOther(error: ServiceError, blockIdPrefix: string): Promise<void> {
    const now = await this.#read(NEVER_ABORTED);
    if (now === undefined) throw explain(error, `The commit could not be announced at ${this.#url}`);
    if (now.blockIdPrefix !== blockIdPrefix) throw this.#anotherRun("it wrote the mark while this run staged its blobs");
  }

  #anotherRun(why: string): CopyFailure {
    return new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "Another run of this copy set is committing",
      side: "destination",
      why: `${this.#url} is the mark of a commit: ${why}`,
      remedy: "let one run of a set end before the next one begins; if that machine was lost, deploy again",
    });
  }

  async #read(signal: AbortSignal): Promise<(FoundCommit & { readonly etag: string }) | undefined> {
    const found = await this.container.readBlob(this.options.name, signal);
    if (found === undefined) return undefined;
    let text = "";
    for await (const part of found.text) text += part;
    return { etag: found.etag, writtenAt: found.lastModified.getTime(), ...parseMark(text) };
  }
}

function explained(what: string): (error: unknown) => never {
  return (error) => {
    throw explain(error, what);
  };
}
