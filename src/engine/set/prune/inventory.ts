import { randomBytes } from "node:crypto";
import type { EventSink } from "../../ports/events";
import { Causes, namesOf } from "../../../failure/causes";
import { explain } from "../../../failure/explain";
import { ended } from "../../../failure/sentences";
import { inParallel } from "../../../util/in-parallel";
import type { BlobContainer } from "../../ports/blob-container";
import { asciiJson } from "../../recovery/blobcopy-folder";
import { InventoryBlob } from "./inventory-blob";
import { NameHashes } from "../list/name-hashes";
import { NEVER_ABORTED } from "../../../util/never-aborted";

export interface InventoryRequest {
  readonly container: BlobContainer;
  /** Name of the inventory in the container. */
  readonly file: string;
  /** Name that versions before gave it, which the sets of several deployments may share. */
  readonly formerFile: string | undefined;
  /** Whose blobs they are: the deployment. */
  readonly owner: string;
  /** Path of the construct. */
  readonly set: string;
  /** What an atomic set has copied is undone when it fails. */
  readonly isAtomic: boolean;
  /** Of the set's destination: what is elsewhere in the container is left alone. */
  readonly prefix: string;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
}

/** A blob that this set copied. */
export interface InventoryEntry {
  readonly name: string;
  readonly etag: string;
}

const DELETES_AT_ONCE = 32;

/**
 * What a set that prunes has copied, as NDJSON in a blob of the destination's container: `.blobcopy/<hash>.ndjson`, the owner
 * and the construct in its first line, then `{"name":…,"etag":…}` a line. Only what is in it, and still has the ETag that it was
 * copied with, is ever deleted.
 *
 * An inventory of an earlier version, which other deployments may share, or of another construct condemns nothing: of that,
 * only blobs whose source this set has are taken over.
 *
 * A run at work saves it now and then, what is new before what was there: the first line about a name is the last word about it. A run that
 * was killed is known by its line `open` without a line `closed`. What it copied after its last checkpoint is in no line.
 */
export class Inventory {
  readonly #blob: InventoryBlob;
  /** Name and ETag of what earlier runs copied. */
  readonly #earlier = new NameHashes();
  /** The same, in an inventory that may be another set's. */
  readonly #unproven = new NameHashes();
  #isOthers = false;
  #hasEnded = false;
  #takenOver = 0;
  /** Names that have more than one line. */
  #repeated = new NameHashes();
  #doubtfulSince: number | undefined;
  readonly #run = randomBytes(6).toString("hex");
  #isBegun = false;
  #hasNews = false;
  /** What an atomic set put back when it failed. */
  readonly #restored: InventoryEntry[] = [];
  #isRecorded = false;
  /** What this run has seen at the source. */
  #seen = new NameHashes();
  readonly #leftOut = new NameHashes();

  constructor(private readonly request: InventoryRequest) {
    this.#blob = new InventoryBlob(request.container, request.file);
  }

  /** Get Blob. */
  async load(): Promise<void> {
    const names = new NameHashes();
    const open = new Set<string>();
    for await (const line of this.#lines(this.request.signal)) {
      const { name, etag, doubtful, set } = line;
      if (set !== undefined && set !== this.request.set) this.#isOthers = true;
      if (name !== undefined && etag !== undefined) {
        (this.#isOthers ? this.#unproven : this.#earlier).add(identity(name, etag));
        names.add(name);
      }
      if (line.closed !== undefined) this.#hasEnded = true;
      if (line.open !== undefined) open.add(line.open);
      if (line.closed !== undefined) open.delete(line.closed);
      if (doubtful !== undefined) this.#doubtSince(Number(doubtful));
    }
    this.#repeated = names.duplicates();
    if (open.size > 0) this.#doubtSince(this.#blob.lastModified);
    await this.#loadFormer();
  }

  /** Until a run of this owner has come to its end once. */
  async #loadFormer(): Promise<void> {
    const { container, formerFile, signal } = this.request;
    if (formerFile === undefined || this.#hasEnded) return;
    for await (const text of new InventoryBlob(container, formerFile).lines(signal)) {
      const { name, etag } = parseLine(text);
      if (name !== undefined && etag !== undefined) this.#unproven.add(identity(name, etag));
    }
  }

  /** What is said of blobs that an inventory names of which it is not certain that it is this set's. */
  get takeover(): string | undefined {
    const { container, file, formerFile = file } = this.request;
    const total = this.#unproven.size;
    if (total === 0) return undefined;
    const from = container.urlOf(this.#isOthers ? file : formerFile);
    return `${from} is the inventory of another version or construct, and another set may share it: ${this.#takenOver} of its ${total} blobs have a source here and count as this set's; the others stay, and this set does not prune them`;
  }

  /** Whether an earlier run may have copied this, and was killed before it could note that: nobody else can be told from it. */
  isDoubtful(name: string, etag: string, lastModified: string): boolean {
    return this.#doubtfulSince !== undefined && Date.parse(lastModified) >= this.#doubtfulSince && !this.#isEarlier(name, etag);
  }

  /** A blob that this run has copied. */
  addCopied(name: string, etag: string): void {
    this.#seen.add(name);
    this.#hasNews = true;
    this.#write({ name, etag });
  }

  /** A blob that was there already: ours, if it is as we left it. */
  addSkipped(name: string, etag: string): void {
    this.#seen.add(name);
    if (!this.#isEarlier(name, etag)) return;
    if (!this.#earlier.has(identity(name, etag))) this.#takenOver++;
    this.#write({ name, etag });
  }

  #isEarlier(name: string, etag: string): boolean {
    const both = identity(name, etag);
    return this.#earlier.has(both) || this.#unproven.has(both);
  }

  /** A blob of ours that a rollback put back: its restore gave it another ETag. */
  addRestored(name: string, etagBefore: string, etagNow: string): void {
    if (!this.#earlier.has(identity(name, etagBefore))) return;
    if (this.request.isAtomic) {
      this.#restored.push({ name, etag: etagNow });
      return;
    }
    this.#seen.add(name);
    this.#hasNews = true;
    this.#write({ name, etag: etagNow });
  }

  /** There is something that the service does not know yet. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** An atomic set put back something of ours. */
  get hasPutBack(): boolean {
    return this.#restored.length > 0;
  }

  /** An atomic set failed, so nothing that it copied is there: what it put back is all that is new. */
  forgetCopied(): void {
    this.#blob.restart();
    this.#seen = new NameHashes();
    for (const entry of this.#restored) {
      this.#seen.add(entry.name);
      this.#write(entry);
    }
  }

  /** A destination whose source is there, but left out of the set. */
  keep(name: string): void {
    this.#leftOut.add(name);
  }

  /** Delete Blob on everything of ours whose source is gone, if nobody has changed it. What cannot be deleted now stays in the inventory. */
  async prune(onPruned: (name: string) => void): Promise<void> {
    const { container, signal, emit } = this.request;
    const kept: InventoryEntry[] = [];
    const notPruned = new Causes();
    const batch: InventoryEntry[] = [];
    const deleteBatch = async () => {
      await inParallel(batch.splice(0), DELETES_AT_ONCE, signal, async (entry) => {
        try {
          if (await container.deleteBlob(entry.name, entry.etag, signal)) onPruned(entry.name);
          else
            emit({
              type: "destination-left",
              destination: container.urlOf(entry.name),
              why: "its source is gone, but somebody has changed it",
            });
        } catch (error) {
          kept.push(entry);
          const { why, remedy } = explain(error, "It could not be pruned");
          notPruned.add(`${ended(why)} What to do: ${ended(remedy)}`, entry.name);
        }
      });
    };
    for await (const entry of this.#read()) {
      if (this.#seen.has(entry.name)) {
        if (this.#isRecorded) this.#write(entry);
        continue;
      }
      if (!entry.name.startsWith(this.request.prefix) || this.#leftOut.has(entry.name)) {
        this.#write(entry);
        continue;
      }
      batch.push(entry);
      if (batch.length === PAGE) await deleteBatch();
    }
    await deleteBatch();
    for (const cause of notPruned.list)
      emit({
        type: "warning",
        text: `Not pruned, ${cause.count} in ${container.url}: ${cause.text} The next run tries again: ${namesOf(cause)}`,
      });
    for (const entry of kept) this.#write(entry);
  }

  /** What {@link prune} would delete, if nobody has changed it. `isSource` tells the names that have a source. */
  async *candidates(isSource: (name: string) => boolean): AsyncGenerator<InventoryEntry> {
    for await (const entry of this.#read()) {
      const { name } = entry;
      if (name.startsWith(this.request.prefix) && !isSource(name) && !this.#leftOut.has(name)) yield entry;
    }
  }

  /** Keeps what earlier runs copied and this one did not come to. */
  async keepEarlier(): Promise<void> {
    for await (const entry of this.#read(NEVER_ABORTED)) if (!this.#seen.has(entry.name)) this.#write(entry);
  }

  /** Saves what the set copied and what it is going to delete; {@link prune} and {@link save} may follow. */
  async record(): Promise<void> {
    await this.keepEarlier();
    await this.save(true);
    this.#blob.restart();
    this.#isRecorded = true;
  }

  /** The service knows of this run. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Saves what is copied so far, for the case that this run is killed. */
  async checkpoint(): Promise<void> {
    if (this.#isBegun && !this.#hasNews && !this.#blob.hasFullParts) return;
    if (!this.#isBegun) this.#writeLine({ ...this.#owner, open: this.#run, ...this.#doubt });
    this.#hasNews = false;
    await this.#blob.checkpoint(NEVER_ABORTED);
    this.#isBegun = true;
  }

  /** This run is at its end: what it did not write is not the set's any more. */
  async save(isComplete: boolean): Promise<void> {
    this.#writeLine({ ...this.#owner, closed: this.#run, ...(isComplete ? {} : this.#doubt) });
    await this.#blob.save(NEVER_ABORTED);
  }

  get #owner() {
    return { owner: this.request.owner, set: this.request.set };
  }

  get #doubt(): { readonly doubtful?: string } {
    return this.#doubtfulSince === undefined ? {} : { doubtful: String(this.#doubtfulSince) };
  }

  #doubtSince(time: number): void {
    this.#doubtfulSince = Math.min(this.#doubtfulSince ?? Infinity, time);
  }

  #write({ name, etag }: InventoryEntry): void {
    this.#writeLine({ name, etag });
  }

  #writeLine(json: Readonly<Record<string, string>>): void {
    this.#blob.append(`${asciiJson(json)}\n`);
  }

  async *#read(signal = this.request.signal): AsyncGenerator<InventoryEntry> {
    if (this.#isOthers && !this.#isRecorded) return;
    const given = new Uint8Array(this.#repeated.size);
    for await (const { name, etag } of this.#lines(signal)) {
      if (name === undefined || etag === undefined) continue;
      const position = given.length === 0 ? undefined : this.#repeated.positionOf(name);
      if (position !== undefined && given[position] === 1) continue;
      if (position !== undefined) given[position] = 1;
      yield { name, etag };
    }
  }

  async *#lines(signal: AbortSignal): AsyncGenerator<Line> {
    for await (const line of this.#blob.lines(signal)) yield parseLine(line);
  }
}

type Line = { readonly [Field in keyof InventoryEntry | "open" | "closed" | "doubtful" | "set"]: string | undefined };

const PAGE = 5_000;

function identity(name: string, etag: string): string {
  return `${etag}\n${name}`;
}

/** A line that is no entry of ours protects nothing and condemns nothing. */
function parseLine(line: string): Line {
  let fields: Partial<Record<keyof Line, unknown>>;
  try {
    fields = (JSON.parse(line) ?? {}) as typeof fields;
  } catch {
    fields = {};
  }
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const { name, etag, open, closed, doubtful, set } = fields;
  return { set: text(set), name: text(name), etag: text(etag), open: text(open), closed: text(closed), doubtful: text(doubtful) };
}
