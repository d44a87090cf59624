import type { CopyFailure } from "../../../failure/copy-failure";
import { explain } from "../../../failure/explain";
import type { CopyRun } from "../../copy-run";
import type { WorkQueue } from "../flow/work-queue";
import type { BlobOutcomes, WrittenBlob } from "../outcome/blob-outcomes";
import type { PlannedBlob } from "../plan/planned-blob";
import type { AtomicCopy } from "./atomic-copy";
import { BlobState, type BlobStates } from "./blob-states";
import type { CommitLog } from "./commit-log";
import type { StagedBlob } from "./staged-blob";

export interface SectionCommitsRequest {
  readonly run: CopyRun;
  readonly counts: BlobOutcomes;
  readonly log: CommitLog;
  readonly states: BlobStates;
  readonly copyOf: (staged: StagedBlob) => AtomicCopy;
  readonly queue: <Item>(work: (item: Item) => Promise<void>) => WorkQueue<Item>;
  /**
   * Called before a step that cannot be undone by itself. Rejects when another run considers this
   * one lost.
   */
  readonly confirm: () => Promise<void>;
  /** The failure of the set; undefined while it has not failed. */
  readonly endedBy: () => CopyFailure | undefined;
  readonly onFailed: (blob: PlannedBlob, failure: CopyFailure, milliseconds: number) => void;
}

interface MarkedBlob {
  readonly staged: StagedBlob;
  readonly written: WrittenBlob;
  /** Milliseconds, by this machine's clock. */
  readonly startedAt: number;
}

/**
 * Commits the staged blobs of an atomic set: first each blob of a section, then the last write of
 * its marked blobs, which keep their marks until the whole section is there.
 */
export class SectionCommits {
  readonly #marked: MarkedBlob[] = [];
  #close: () => void = () => undefined;

  constructor(private readonly request: SectionCommitsRequest) {}

  /** @throws CopyFailure that fails the set */
  async commit(section: readonly StagedBlob[]): Promise<void> {
    const { run, log, copyOf, endedBy } = this.request;
    const { stop } = run.deadline;
    await log.beginSection(section.at(-1)?.index ?? 0, section.length);
    await this.#inTurn(section, (staged) => this.#commitOne(staged));
    // Not earlier: until here, the run after a lost machine recognises these blobs by their marks.
    const marked = this.#marked.splice(0);
    await this.#inTurn(marked, (blob) => this.#complete(blob));
    await log.flush();
    await this.#inTurn(marked, ({ staged }) => copyOf(staged).release());
    if (stop.aborted) throw stop.reason;
    const failure = endedBy();
    if (failure !== undefined) throw failure;
  }

  /** Begins no more work once the set has failed or has to end. */
  async #inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
    const { run, endedBy } = this.request;
    const { stop } = run.deadline;
    if (stop.aborted || endedBy() !== undefined) return;
    const queue = this.request.queue(work);
    const close = () => queue.close();
    stop.addEventListener("abort", close, { once: true });
    this.#close = close;
    queue.add(items);
    await queue.idle();
    stop.removeEventListener("abort", close);
  }

  async #commitOne(staged: StagedBlob): Promise<void> {
    const { run, log, states, copyOf, confirm } = this.request;
    const { index, blob } = staged;
    const startedAt = run.clock.now();
    const staging = states.get(index) === BlobState.WHOLE ? "whole" : "blocks";
    states.set(index, BlobState.COMMITTING);
    await this.#failingTheSet(blob, startedAt, async () => {
      const { written, isMarked } = await copyOf(staged).commit(staging, { note: (note) => log.note(index, note), confirm });
      if (isMarked) this.#marked.push({ staged, written, startedAt });
      else this.#committed(staged, written, startedAt);
    });
  }

  /** Removes the mark that stood in for blocks. */
  async #complete({ staged, written, startedAt }: MarkedBlob): Promise<void> {
    const { log, copyOf } = this.request;
    await this.#failingTheSet(staged.blob, startedAt, async () => {
      const completed = await copyOf(staged).complete(written, (note) => log.note(staged.index, note));
      this.#committed(staged, completed, startedAt);
    });
  }

  async #failingTheSet(blob: PlannedBlob, startedAt: number, step: () => Promise<void>): Promise<void> {
    const { run, onFailed } = this.request;
    try {
      await step();
    } catch (error) {
      if (run.deadline.stop.aborted) return;
      onFailed(blob, explain(error, `The copy to ${blob.destinationUrl} failed`), run.clock.now() - startedAt);
      this.#close();
    }
  }

  #committed({ index, blob }: StagedBlob, written: WrittenBlob, startedAt: number): void {
    const { run, counts, states } = this.request;
    states.set(index, BlobState.COMMITTED);
    counts.addCopied(blob, written, run.clock.now() - startedAt);
  }
}
