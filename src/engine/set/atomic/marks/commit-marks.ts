import type { CredentialHolder, DestinationBlob } from "../../../ports/blob-store";
import type { Clock } from "../../../ports/clock";
import type { EventSink } from "../../../ports/events";
import { removeRestorePoint } from "../../../recovery/restore-point";
import type { CommitMark } from "./commit-mark";
import type { FoundCommit } from "./found-commit";

/** A restore point of ours on a blob of which it is not certain that we wrote it: kept until the set is complete. */
export interface KeptRestorePoint {
  readonly destination: DestinationBlob;
  readonly snapshot: string;
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

  async write(commit: Omit<FoundCommit, "writtenAt" | "prefix">, signal: AbortSignal): Promise<void> {
    for (const mark of this.marks) await mark.write({ ...commit, prefix: this.prefix }, signal);
  }

  /** Another run undoes, or has undone, what this one has committed. */
  get isLost(): boolean {
    return this.marks.some((mark) => mark.isLost);
  }

  /** @throws CopyFailure as {@link confirm} does; costs nothing while the leases are fresh */
  async confirmIfInDoubt(): Promise<void> {
    for (const mark of this.marks) await mark.confirmIfInDoubt();
  }

  /** @throws CopyFailure when another run has undone what this one committed */
  async confirm(): Promise<void> {
    for (const mark of this.marks) await mark.confirm();
  }

  /** What is left is the next run's. */
  async release(): Promise<void> {
    for (const mark of this.marks) await mark.release();
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
    if (this.#kept.length > 0) return this.release();
    for (const mark of this.marks) await mark.remove();
  }
}
