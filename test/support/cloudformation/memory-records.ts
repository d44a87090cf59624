import { type MemoryProcess, NEVER } from "../memory-store/exchange";
import { AwayForNow } from "../../../src/lambda/ports/away-for-now";
import type { ResourceKey } from "../../../src/lambda/ports/event";
import {
  type BlobRecord,
  type BlobRecordChange,
  LeaseLost,
  type Lease,
  type RecordChange,
  type RecordStore,
  type ResourceRecord,
} from "../../../src/lambda/ports/record";

/** A table that answers at once, and keeps its records as text. */
export class MemoryRecords implements RecordStore {
  readonly #records = new Map<string, string>();
  readonly #blobs = new Map<string, Map<string, string>>();
  readonly #leases = new Map<string, Lease>();

  read(key: ResourceKey): Promise<ResourceRecord | undefined> {
    return Promise.resolve(this.#read(key));
  }

  accept(
    key: ResourceKey,
    change: (record: ResourceRecord | undefined) => Pick<ResourceRecord, "stackId" | "operation" | "seen"> | undefined,
  ): Promise<void> {
    const record = this.#read(key);
    const changed = change(record);
    if (changed !== undefined) this.#write({ ...record, key, ...changed });
    return Promise.resolve();
  }

  lease(key: ResourceKey, lease: Lease, now: number): Promise<ResourceRecord | undefined> {
    const record = this.#read(key);
    const other = this.#leases.get(nameOf(key));
    if (record === undefined || (other !== undefined && other.until > now)) return Promise.resolve(undefined);
    this.#leases.set(nameOf(key), lease);
    return Promise.resolve(record);
  }

  save(key: ResourceKey, holder: string, change: RecordChange): Promise<ResourceRecord> {
    const record = this.#read(key);
    if (record === undefined || this.#leases.get(nameOf(key))?.holder !== holder) return Promise.reject(new LeaseLost());
    return Promise.resolve(this.#write({ ...record, ...change }));
  }

  blobs(key: ResourceKey): Promise<readonly BlobRecord[]> {
    const records = [...(this.#blobs.get(nameOf(key))?.values() ?? [])].map((text) => JSON.parse(text) as BlobRecord);
    return Promise.resolve(records.filter(({ undoable, current }) => undoable ?? current));
  }

  saveBlob(key: ResourceKey, name: string, change: BlobRecordChange): Promise<void> {
    const blobs = this.#blobs.get(nameOf(key)) ?? new Map<string, string>();
    this.#blobs.set(nameOf(key), blobs);
    blobs.set(name, JSON.stringify({ ...(JSON.parse(blobs.get(name) ?? "{}") as object), name, ...change }));
    return Promise.resolve();
  }

  release(key: ResourceKey, holder: string): Promise<void> {
    if (this.#leases.get(nameOf(key))?.holder === holder) this.#leases.delete(nameOf(key));
    return Promise.resolve();
  }

  all(): Promise<readonly ResourceRecord[]> {
    return Promise.resolve([...this.#records.values()].map((text) => JSON.parse(text) as ResourceRecord));
  }

  #read(key: ResourceKey): ResourceRecord | undefined {
    const text = this.#records.get(nameOf(key));
    return text === undefined ? undefined : (JSON.parse(text) as ResourceRecord);
  }

  #write(record: ResourceRecord): ResourceRecord {
    this.#records.set(nameOf(record.key), JSON.stringify(record));
    return record;
  }
}

function nameOf({ place, resource }: ResourceKey): string {
  return `${place}.${resource}`;
}

/**
 * The table for one process, which can be killed before a request reaches the table, or before its
 * answer arrives.
 *
 * @param isThrottled whether a request is throttled for longer than the SDK retries
 * @param without name of a field that is left out wherever it occurs in a record
 */
export function recordsFor(
  process: MemoryProcess,
  store: RecordStore,
  isThrottled: (name: keyof RecordStore) => boolean,
  without?: string,
): RecordStore {
  const kept = <Change extends object>(change: Change): Change => {
    const parts = Object.entries(change).map(([name, part]) => [
      name,
      part === undefined ? undefined : (JSON.parse(JSON.stringify(part, leave)) as unknown),
    ]);
    return without === undefined ? change : (Object.fromEntries(parts) as Change);
  };
  const leave = (name: string, value: unknown) => (name === without ? undefined : value);
  const ask = async <Result>(name: keyof RecordStore, request: () => Promise<Result>): Promise<Result> => {
    if (process.diesBeforeRequest()) return NEVER;
    if (isThrottled(name)) throw new AwayForNow("The table does not answer", new Error("throttled"));
    const number = process.requests;
    const answer = await request().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    return process.diesBeforeAnswer(number) ? NEVER : answer();
  };
  return {
    read: (key) => ask("read", () => store.read(key)),
    accept: (key, change) => ask("accept", () => store.accept(key, change)),
    lease: (key, lease, now) => ask("lease", () => store.lease(key, lease, now)),
    save: (key, holder, change) => ask("save", () => store.save(key, holder, kept(change))),
    release: (key, holder) => ask("release", () => store.release(key, holder)),
    blobs: (key) => ask("blobs", () => store.blobs(key)),
    saveBlob: (key, name, change) => ask("saveBlob", () => store.saveBlob(key, name, change)),
    all: () => ask("all", () => store.all()),
  };
}
