import type { DestinationBlob } from "../../../ports/blob-store";
import type { CredentialHolder } from "../../../ports/credential-holder";
import type { Clock } from "../../../ports/clock";
import type { EventSink } from "../../../ports/events";
import { removeRestorePoint } from "../../../recovery/restore-point";
import type { CommitMark } from "./commit-mark";
import type { FoundCommit } from "./found-commit";

/**
 * A restore point of this deployment on a blob that another client may have written. It is kept
 * until the set is complete.
 */
export interface KeptRestorePoint {
  readonly destination: DestinationBlob;
  readonly snapshot: string;
}

/** The marks of a set in all containers that it commits to. */
export class CommitMarks {
  #kept: readonly KeptRestorePoint[];

  constructor(
    private readonly marks: readonly CommitMark[],
    /** Common prefix of the names that the set commits. */
    private readonly prefix: string,
    kept: readonly KeptRestorePoint[],
  ) {
    this.#kept = kept;
  }

  /** The containers that the set commits to. */
  get containers(): readonly CredentialHolder[] {
    return this.marks.map(({ container }) => container);
  }

  async write(commit: Omit<FoundCommit, "writtenAt" | "prefix">, signal: AbortSignal): Promise<void> {
    for (const mark of this.marks) await mark.write({ ...commit, prefix: this.prefix }, signal);
  }

  /** Another run is undoing, or has undone, the commits of this run. */
  get isLost(): boolean {
    return this.marks.some((mark) => mark.isLost);
  }

  /** @throws CopyFailure as {@link confirm} does; sends no request while the leases are fresh */
  async confirmIfInDoubt(): Promise<void> {
    for (const mark of this.marks) await mark.confirmIfInDoubt();
  }

  /** @throws CopyFailure when another run has undone the commits of this one */
  async confirm(): Promise<void> {
    for (const mark of this.marks) await mark.confirm();
  }

  /** Leaves the marks for the next run. */
  async release(): Promise<void> {
    for (const mark of this.marks) await mark.release();
  }

  /** Called when the set is complete: the old content of its blobs is no longer needed. */
  async removeKept(clock: Clock, emit: EventSink): Promise<void> {
    const left: KeptRestorePoint[] = [];
    for (const point of this.#kept) {
      if (await removeRestorePoint(point.destination, point.snapshot, clock)) continue;
      left.push(point);
      emit({ type: "warning", text: `${point.destination.url}: restore point ${point.snapshot} could not be deleted` });
    }
    this.#kept = left;
  }

  /** While restore points are kept, the marks also stay, so that the next run finds them. */
  async remove(): Promise<void> {
    if (this.#kept.length > 0) return this.release();
    for (const mark of this.marks) await mark.remove();
  }
}
