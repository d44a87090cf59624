import type { MadeCopy } from "../../engine/ports/made-copies";
import type { JournalEntry } from "../../engine/ports/journal";
import type { CopyDeclaration, Receipt } from "../../intent";
import type { ResourceProperties } from "./declared";
import type { ResourceKey } from "./event";

/**
 * What a request of CloudFormation asks for. `return`: back to what was declared before, because an update is rolled back; `undo`:
 * the resource was made in a run that is rolled back; `remove`: it is not declared any more.
 */
export type OperationKind = "copy" | "return" | "undo" | "remove";

export interface Operation {
  readonly requestId: string;
  readonly kind: OperationKind;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The last run of the stack failed, and could not be rolled back. */
  readonly endsFailedRun?: true;
  /** As declared; no secret is in it. */
  readonly properties: ResourceProperties;
}

/** How an operation ended. Absent while it goes on. */
export interface Outcome {
  readonly requestId: string;
  /** Absent when it succeeded. */
  readonly reason?: string;
}

/** It goes on, was lost, or failed. */
export function isUnfinished({ operation, outcome }: Pick<ResourceRecord, "operation" | "outcome">): boolean {
  return outcome?.requestId !== operation.requestId || outcome.reason !== undefined;
}

/** What can be undone was done by the operation of the record, not by one of an earlier run of the stack, whose work stands. */
export function isOwnWork({ operation, undoable, open }: Pick<ResourceRecord, "operation" | "undoable" | "open">): boolean {
  return (undoable?.requestId ?? open) === operation.requestId;
}

/** What one operation made of the destination. */
export interface Made {
  readonly requestId: string;
  readonly fingerprint: string;
  readonly receipt: Receipt;
  readonly note: MadeCopy | undefined;
}

/** How to undo what one operation did. It is kept until the stack's own run is over, because that can still be rolled back. */
export interface Undoable {
  readonly requestId: string;
  readonly entry: JournalEntry;
}

/** What one run of a set came to: the values of its attributes, too. */
export interface SetSummary {
  readonly requestId: string;
  readonly fingerprint: string;
  readonly total: number;
  readonly copied: number;
  readonly skipped: number;
  /** Blobs that are to be deleted when the stack is deployed. */
  readonly pruned: number;
  readonly bytesCopied: number;
  /** ISO 8601, UTC. */
  readonly completedOn: string;
  /** Attributes of the blobs that are asked for one by one, by their keys; absent where none is. */
  readonly results?: Readonly<Record<string, CopyAttributes>>;
}

/** The values of a copy's attributes, by their names. */
export type CopyAttributes = Readonly<Record<string, string | number>>;

/** What is kept of one resource between invocations. */
export interface ResourceRecord {
  readonly key: ResourceKey;
  readonly stackId: string;
  /** The request that came last. */
  readonly operation: Operation;
  /** Ids of the latest requests: one that comes again asks for nothing. */
  readonly seen: readonly string[];
  readonly outcome?: Outcome | undefined;
  readonly undoable?: Undoable | undefined;
  readonly current?: Made | undefined;
  /** What {@link current} took the place of in the stack's run that is not over. */
  readonly previous?: Made | undefined;
  /** Of a set. */
  readonly summary?: SetSummary | undefined;
  /** What {@link summary} took the place of in the stack's run that is not over. */
  readonly previousSummary?: SetSummary | undefined;
  /** Of a set: the request whose run may still be undone. Which blobs that is about, their own records tell. */
  readonly open?: string | undefined;
}

export type RecordChange = Partial<
  Pick<ResourceRecord, "outcome" | "undoable" | "current" | "previous" | "summary" | "previousSummary" | "open">
>;

/** What is kept of one blob of a set. */
export interface BlobRecord extends Pick<ResourceRecord, "undoable" | "current" | "previous"> {
  /** Relative to the prefix of the destination; of a list, the destination itself. */
  readonly name: string;
  /** Of a list: what was last declared of it, since the list may be another one by now. No secret is in it. */
  readonly declaration?: CopyDeclaration | undefined;
  /** Its source is gone: the request that found that. It is deleted when the run of the stack is over. */
  readonly condemned?: string | undefined;
}

export type BlobRecordChange = Partial<Omit<BlobRecord, "name">>;

/** The right to work on a resource: of all invocations that were started for it, one has it. */
export interface Lease {
  readonly holder: string;
  /** Milliseconds since the epoch: an invocation that was lost keeps nobody waiting for longer. */
  readonly until: number;
}

/** Durable records, one for each resource. */
export interface RecordStore {
  read(key: ResourceKey): Promise<ResourceRecord | undefined>;
  /** Replaces the operation, by what `change` returns for the newest record; undefined changes nothing. */
  accept(
    key: ResourceKey,
    change: (record: ResourceRecord | undefined) => Pick<ResourceRecord, "stackId" | "operation" | "seen"> | undefined,
  ): Promise<void>;
  /** The record, once the lease is the holder's; undefined while it is somebody else's, or there is no record. */
  lease(key: ResourceKey, lease: Lease, now: number): Promise<ResourceRecord | undefined>;
  /** As the holder: makes a change durable, and returns the record, which may have another operation by now. Rejects when the lease is lost. */
  save(key: ResourceKey, holder: string, change: RecordChange): Promise<ResourceRecord>;
  release(key: ResourceKey, holder: string): Promise<void>;
  /** The blobs of a set that anything is kept of. */
  blobs(key: ResourceKey): Promise<readonly BlobRecord[]>;
  /** As the holder of the set, which nobody is for longer than AWS Lambda lets an invocation live: makes a change durable. */
  saveBlob(key: ResourceKey, name: string, change: BlobRecordChange): Promise<void>;
  /** Of all resources of the stack. */
  all(): Promise<readonly ResourceRecord[]>;
}

/** The lease ran out while its holder was at work: another invocation goes on. */
export class LeaseLost extends Error {
  constructor() {
    super("another invocation works on this resource by now");
  }
}
