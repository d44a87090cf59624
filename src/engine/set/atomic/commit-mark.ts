import { createHash } from "node:crypto";
import { ExitCode } from "../../../failure/exit-code";
import type { EventSink } from "../../ports/events";
import { CopyFailure } from "../../../failure/copy-failure";
import { explain } from "../../../failure/explain";
import { ServiceError } from "../../../failure/service-error";
import type { BlobContainer } from "../../ports/blob-container";
import { asciiJson, INVENTORY_FOLDER } from "../prune/inventory";

/** `committing`: what was committed is to be undone by whoever finds the mark. `settling`: the set is complete. */
export type CommitPhase = "committing" | "settling";

/** A commit that a run began and did not get to tidy up after. */
export interface FoundCommit {
  readonly phase: CommitPhase;
  /** Blocks that it committed have ids that begin with this. */
  readonly blockIdPrefix: string;
  /** What the names that it commits begin with. */
  readonly prefix: string;
  /** Some of its blobs are written by one request, so that nothing tells them from somebody else's. */
  readonly hasWhole: boolean;
  /** When the mark was written, by the service's clock: milliseconds since the epoch. */
  readonly writtenAt: number;
}

const BLOCK_ID = Buffer.from("000000").toString("base64");

/**
 * Says on the service that an atomic set is in the middle of its commit: a small blob in the destination's container,
 * `.blobcopy/<hash of owner>.commit`, from before the first commit until the last restore point is gone. It is there for the
 * run after the loss of a machine, and saves all other runs from looking for restore points.
 */
export class CommitMark {
  readonly #blobName: string;
  #etag: string | undefined;
  #isWritten = false;

  constructor(
    readonly container: BlobContainer,
    private readonly owner: string,
    private readonly emit: EventSink,
  ) {
    this.#blobName = `${INVENTORY_FOLDER}${createHash("sha256").update(owner).digest("hex").slice(0, 32)}.commit`;
  }

  /** Get Blob. */
  async find(signal: AbortSignal): Promise<FoundCommit | undefined> {
    const mark = await this.#read(signal).catch((error: unknown) => {
      throw explain(error, `Cannot look at the destination ${this.container.url}`);
    });
    this.#etag = mark?.etag;
    if (mark === undefined) return undefined;
    this.#isWritten = true;
    return mark;
  }

  /** Put Block, Put Block List. @throws CopyFailure when another run of this set is committing at this moment */
  async write(commit: Omit<FoundCommit, "writtenAt">): Promise<void> {
    const { phase, blockIdPrefix } = commit;
    const line = `${asciiJson({ owner: this.owner, ...commit })}\n`;
    const isNew = phase === "committing" && this.#etag === undefined;
    const conditions = isNew ? { ifNoneMatch: "*" } : {};
    const neverCancelled = new AbortController().signal;
    try {
      await this.container.putBlock(this.#blobName, BLOCK_ID, line, neverCancelled);
      await this.container.putBlockList(this.#blobName, [BLOCK_ID], conditions, neverCancelled);
      this.#isWritten = true;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (isNew && (error.status === 409 || error.status === 412)) return this.#judgeOther(error, blockIdPrefix, neverCancelled);
      if (error.status !== 403) throw explain(error, `The commit could not be announced at ${this.container.urlOf(this.#blobName)}`);
      this.emit({
        type: "warning",
        text: `${this.container.urlOf(this.#blobName)} may not be written: if this machine is lost during the commit, the next run will not know`,
      });
    }
  }

  /** The mark of a commit that was undone otherwise; another's stays. */
  async removeOf({ blockIdPrefix }: Pick<FoundCommit, "blockIdPrefix">): Promise<void> {
    const found = await this.#read(new AbortController().signal).catch(() => undefined);
    this.#isWritten = found?.blockIdPrefix === blockIdPrefix;
    await this.remove();
  }

  /** Delete Blob. */
  async remove(): Promise<void> {
    if (!this.#isWritten) return;
    const neverCancelled = new AbortController().signal;
    try {
      const now = await this.#read(neverCancelled);
      if (now !== undefined) await this.container.deleteBlob(this.#blobName, now.etag, neverCancelled);
    } catch (error) {
      const { why } = explain(error, "");
      this.emit({ type: "warning", text: `${this.container.urlOf(this.#blobName)} could not be deleted; the next run does it: ${why}` });
    }
  }

  /** A repeated request meets what its first try wrote. */
  async #judgeOther(error: ServiceError, blockIdPrefix: string, signal: AbortSignal): Promise<void> {
    const now = await this.#read(signal);
    if (now === undefined) throw explain(error, `The commit could not be announced at ${this.container.urlOf(this.#blobName)}`);
    if (now.blockIdPrefix === blockIdPrefix) {
      this.#isWritten = true;
      return;
    }
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: "Another run of this copy set is committing",
      side: "destination",
      why: `${this.container.urlOf(this.#blobName)} was written while this run staged its blobs`,
      remedy: "let one run of a set end before the next one begins; if that machine was lost, deploy again",
    });
  }

  async #read(signal: AbortSignal): Promise<(FoundCommit & { readonly etag: string }) | undefined> {
    const found = await this.container.readBlob(this.#blobName, signal);
    if (found === undefined) return undefined;
    let text = "";
    for await (const part of found.text) text += part;
    return { etag: found.etag, writtenAt: found.lastModified.getTime(), ...parseMark(text) };
  }
}

/** What cannot be read is a commit of which nothing is known but that there was one. */
function parseMark(text: string): Omit<FoundCommit, "writtenAt"> {
  try {
    const { phase, blockIdPrefix, prefix, hasWhole } = JSON.parse(text) as Partial<Record<keyof FoundCommit, unknown>>;
    if (typeof blockIdPrefix === "string" && typeof prefix === "string")
      return { phase: phase === "settling" ? "settling" : "committing", blockIdPrefix, prefix, hasWhole: hasWhole === true };
  } catch {
    // As below.
  }
  return { phase: "committing", blockIdPrefix: "", prefix: "", hasWhole: true };
}
