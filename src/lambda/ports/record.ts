import type { MadeCopy } from "../../engine/ports/made-copies";
import type { JournalEntry } from "../../engine/ports/journal";
import type { CopyDeclaration, Receipt } from "../../intent";
import type { ResourceProperties } from "./declared";
import type { ResourceKey } from "./event";

/**
 * Kind of a request of CloudFormation. `return`: restore the earlier declaration, because an update
 * is rolled back; `undo`: the resource was made in a run that is rolled back; `remove`: the
 * resource is no longer declared.
 */
export type OperationKind = "copy" | "return" | "undo" | "remove";

export interface Operation {
  readonly requestId: string;
  readonly kind: OperationKind;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The last run of the stack failed, and could not be rolled back. */
  readonly endsFailedRun?: true;
  /** As declared; contains no secret. */
  readonly properties: ResourceProperties;
}

/** How an operation ended; absent while it continues. */
export interface Outcome {
  readonly requestId: string;
  /** Absent when it succeeded. */
  readonly reason?: string;
}

/** Whether the operation continues, was lost, or failed. */
export function isUnfinished({ operation, outcome }: Pick<ResourceRecord, "operation" | "outcome">): boolean {
  return outcome?.requestId !== operation.requestId || outcome.reason !== undefined;
}

/**
 * Whether the work that can be undone was done by the record's operation, and not in an earlier run
 * of the stack, whose work stays.
 */
export function isOwnWork({ operation, undoable, open }: Pick<ResourceRecord, "operation" | "undoable" | "open">): boolean {
  return (undoable?.requestId ?? open) === operation.requestId;
}

/** Result of one operation at the destination. */
export interface Made {
  readonly requestId: string;
  readonly fingerprint: string;
  readonly receipt: Receipt;
  readonly note: MadeCopy | undefined;
}

/**
 * Data for undoing one operation. It is kept until the stack's run is over, because until then that
 * run can be rolled back.
 */
export interface Undoable {
  readonly requestId: string;
  readonly entry: JournalEntry;
}

/** Summary of one run of a set, which includes the values of its attributes. */
export interface SetSummary {
  readonly requestId: string;
  readonly fingerprint: string;
  readonly total: number;
  readonly copied: number;
  readonly skipped: number;
  /** Blobs to be deleted once the stack is deployed. */
  readonly pruned: number;
  readonly bytesCopied: number;
  /** ISO 8601, UTC. */
  readonly completedOn: string;
  /** Wanted attributes of single blobs, by key; absent where none are wanted. */
  readonly results?: Readonly<Record<string, CopyAttributes>>;
}

/** The values of a copy's attributes, by their names. */
export type CopyAttributes = Readonly<Record<string, string | number>>;

/** Data of one resource that is kept between invocations. */
export interface ResourceRecord {
  readonly key: ResourceKey;
  readonly stackId: string;
  /** The latest request. */
  readonly operation: Operation;
  /** Ids of the latest requests. A repeated request has no effect. */
  readonly seen: readonly string[];
  readonly outcome?: Outcome | undefined;
  readonly undoable?: Undoable | undefined;
  readonly current?: Made | undefined;
  /** The copy that {@link current} replaced in the stack's run, while that is not over. */
  readonly previous?: Made | undefined;
  /** For a set. */
  readonly summary?: SetSummary | undefined;
  /** The summary that {@link summary} replaced in the stack's run, while that is not over. */
  readonly previousSummary?: SetSummary | undefined;
  /**
   * For a set: the request whose run may still be undone. The records of its blobs show which of
   * them are concerned.
   */
  readonly open?: string | undefined;
}

export type RecordChange = Partial<
  Pick<ResourceRecord, "outcome" | "undoable" | "current" | "previous" | "summary" | "previousSummary" | "open">
>;

/** Data of one blob of a set. */
export interface BlobRecord extends Pick<ResourceRecord, "undoable" | "current" | "previous"> {
  /** Relative to the destination's prefix; for a list, the destination's URL. */
  readonly name: string;
  /**
   * For a list: the last declaration of the blob, since the list may have changed. It contains no
   * secret.
   */
  readonly declaration?: CopyDeclaration | undefined;
  /**
   * The request that found the source gone. The blob is deleted when the run of the stack is over.
   */
  readonly condemned?: string | undefined;
}

export type BlobRecordChange = Partial<Omit<BlobRecord, "name">>;

/**
 * The right to work on a resource. Of all invocations that were started for the resource, only one
 * has it.
 */
export interface Lease {
  readonly holder: string;
  /** Milliseconds since the epoch. A lost invocation does not keep others waiting for longer. */
  readonly until: number;
}

/** Durable records, one for each resource. */
export interface RecordStore {
  read(key: ResourceKey): Promise<ResourceRecord | undefined>;
  /**
   * Replaces the operation by the result of `change` for the newest record; undefined changes
   * nothing.
   */
  accept(
    key: ResourceKey,
    change: (record: ResourceRecord | undefined) => Pick<ResourceRecord, "stackId" | "operation" | "seen"> | undefined,
  ): Promise<void>;
  /**
   * Returns the record once the holder has the lease; undefined while another holder has it, or if
   * there is no record.
   */
  lease(key: ResourceKey, lease: Lease, now: number): Promise<ResourceRecord | undefined>;
  /**
   * Makes a change of the lease's holder durable. Returns the record, which may have another
   * operation by now. Rejects if the lease is lost.
   */
  save(key: ResourceKey, holder: string, change: RecordChange): Promise<ResourceRecord>;
  release(key: ResourceKey, holder: string): Promise<void>;
  /** The blobs of a set for which data is kept. */
  blobs(key: ResourceKey): Promise<readonly BlobRecord[]>;
  /**
   * Makes a change of the lease's holder durable. The lease is not checked: it lasts for longer
   * than AWS Lambda lets its holder live.
   */
  saveBlob(key: ResourceKey, name: string, change: BlobRecordChange): Promise<void>;
  /** The records of all resources of the stack. */
  all(): Promise<readonly ResourceRecord[]>;
}

/** The lease expired while its holder was working: another invocation continues. */
export class LeaseLost extends Error {
  constructor() {
    super("another invocation now works on this resource");
  }
}
