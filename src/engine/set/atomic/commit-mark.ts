import { createHash } from "node:crypto";
import { ExitCode } from "../../../failure/exit-code";
import type { EventSink } from "../../ports/events";
import { CopyFailure } from "../../../failure/copy-failure";
import { explain } from "../../../failure/explain";
import { ServiceError } from "../../../failure/service-error";
import type { BlobContainer } from "../../ports/blob-container";
import { asciiJson, BLOBCOPY_FOLDER } from "../../recovery/blobcopy-folder";
import type { CredentialHolder, DestinationBlob } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import { removeRestorePoint } from "../../recovery/restore-point";
import { NEVER_ABORTED } from "../../../util/never-aborted";

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

/** A restore point of ours on a blob of which it is not certain that we wrote it: kept until the set is complete. */
export interface KeptRestorePoint {
  readonly destination: DestinationBlob;
  readonly snapshot: string;
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
    this.#blobName = `${BLOBCOPY_FOLDER}${createHash("sha256").update(owner).digest("hex").slice(0, 32)}.commit`;
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
    try {
      await this.container.putBlock(this.#blobName, BLOCK_ID, line, NEVER_ABORTED);
      await this.container.putBlockList(this.#blobName, [BLOCK_ID], conditions, NEVER_ABORTED);
      this.#isWritten = true;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (isNew && (error.status === 409 || error.status === 412)) return this.#judgeOther(error, blockIdPrefix, NEVER_ABORTED);
      if (error.status !== 403) throw explain(error, `The commit could not be announced at ${this.container.urlOf(this.#blobName)}`);
      this.emit({
        type: "warning",
        text: `${this.container.urlOf(this.#blobName)} may not be written: if this machine is lost during the commit, the next run will not know`,
      });
    }
  }

  /** The mark of a commit that was undone otherwise; another's stays. */
  async removeOf({ blockIdPrefix }: Pick<FoundCommit, "blockIdPrefix">): Promise<void> {
    const found = await this.#read(NEVER_ABORTED).catch(() => undefined);
    this.#isWritten = found?.blockIdPrefix === blockIdPrefix;
    await this.remove();
  }

  /** Delete Blob. */
  async remove(): Promise<void> {
    if (!this.#isWritten) return;
    try {
      const now = await this.#read(NEVER_ABORTED);
      if (now !== undefined) await this.container.deleteBlob(this.#blobName, now.etag, NEVER_ABORTED);
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

/** The marks of a set in all containers that it commits to. */
export class CommitMarks {
  #kept: readonly KeptRestorePoint[];

  constructor(
    private readonly marks: readonly CommitMark[],
    /** What the names that the set commits begin with. */
    private readonly prefix: string,
    kept: readonly KeptRestorePoint[],
  ) {
    this.#kept = kept;
  }

  /** What the set commits to. */
  get containers(): readonly CredentialHolder[] {
    return this.marks.map(({ container }) => container);
  }

  async write(commit: Omit<FoundCommit, "writtenAt" | "prefix">): Promise<void> {
    for (const mark of this.marks) await mark.write({ ...commit, prefix: this.prefix });
  }

  /** The set is complete: what its blobs were before is of no use any more. */
  async removeKept(clock: Clock, emit: EventSink): Promise<void> {
    const left: KeptRestorePoint[] = [];
    for (const point of this.#kept) {
      if (await removeRestorePoint(point.destination, point.snapshot, clock)) continue;
      left.push(point);
      emit({ type: "warning", text: `${point.destination.url}: restore point ${point.snapshot} could not be deleted` });
    }
    this.#kept = left;
  }

  /** While restore points are kept the marks stay, so that the next run finds them. */
  async remove(): Promise<void> {
    if (this.#kept.length > 0) return;
    for (const mark of this.marks) await mark.remove();
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
