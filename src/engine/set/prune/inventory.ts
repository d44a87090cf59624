import { randomBytes } from "node:crypto";
import { asciiJson } from "../../recovery/blobcopy-folder";
import { Deletion } from "./deletion";
import { EarlierCopies } from "./earlier-copies";
import { InventoryBlob } from "./inventory-blob";
import type { InventoryRequest } from "./inventory-request";
import { type InventoryEntry, type InventoryLine, parseLine, isEmptyLine } from "./inventory-line";
import { NameHashes } from "../list/name-hashes";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";

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
  readonly #earlier: EarlierCopies;
  readonly #run = randomBytes(6).toString("hex");
  /** Blobs that were there already, and are not known to be the set's own. */
  #foreign = 0;
  /** Lines that say nothing. */
  #unread = 0;
  #isBegun = false;
  #isFirstWriteNoted = false;
  #hasNews = false;
  /** What an atomic set put back when it failed. */
  readonly #restored: InventoryEntry[] = [];
  #isRecorded = false;
  /** What this run has seen at the source. */
  #seen = new NameHashes();
  readonly #leftOut = new NameHashes();

  constructor(private readonly request: InventoryRequest) {
    this.#blob = new InventoryBlob(request.container, request.file);
    this.#earlier = new EarlierCopies(request.set);
  }

  /** Get Blob. */
  async load(): Promise<void> {
    const { container, formerFile, signal } = this.request;
    for await (const line of this.#lines(signal)) {
      this.#earlier.add(line);
      if (isEmptyLine(line)) this.#unread++;
    }
    this.#earlier.end(this.#blob.lastModified);
    // Until a run of this owner has come to its end once.
    if (formerFile === undefined || this.#earlier.hasEnded) return;
    for await (const text of new InventoryBlob(container, formerFile).lines(signal)) this.#earlier.addFormer(parseLine(text));
  }

  /** No run has noted anything: what earlier ones copied, while nothing had to be remembered, is not known. */
  get isNew(): boolean {
    return this.#earlier.isEmpty;
  }

  get foreign(): number {
    return this.#foreign;
  }

  /** What is said of blobs that an inventory names of which it is not certain that it is this set's. */
  get takeover(): string | undefined {
    const { container, file, formerFile = file } = this.request;
    const { total, takenOver } = this.#earlier.unproven;
    if (total === 0) return undefined;
    const from = container.urlOf(this.#earlier.isOthers ? file : formerFile);
    return `${from} is the inventory of another version or construct, and another set may share it: ${takenOver} of its ${total} blobs have a source here and count as this set's; the others stay, and this set does not prune them`;
  }

  /** What is said of an inventory that was not understood as a whole. */
  get damage(): string | undefined {
    const { container, file } = this.request;
    if (this.#unread === 0) return undefined;
    return `${this.#unread} ${this.#unread === 1 ? "line" : "lines"} of ${container.urlOf(file)} cannot be read: it was damaged, or a later version has written it; what they name stays`;
  }

  /** Whether an earlier run may have copied this, and was killed before it could note that: nobody else can be told from it. */
  isDoubtful(name: string, etag: string, lastModified: string): boolean {
    const { doubtfulSince } = this.#earlier;
    return doubtfulSince !== undefined && Date.parse(lastModified) >= doubtfulSince && !this.#earlier.has({ name, etag });
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
    if (!this.#earlier.has({ name, etag })) {
      this.#foreign++;
      return;
    }
    this.#earlier.takeOver({ name, etag });
    this.#write({ name, etag });
  }

  /** A blob of ours that a rollback put back: its restore gave it another ETag. */
  addRestored(name: string, etagBefore: string, etagNow: string): void {
    if (!this.#earlier.isProven({ name, etag: etagBefore })) return;
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
    const deletion = new Deletion(this.request, onPruned);
    const batch: InventoryEntry[] = [];
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
      if (batch.length === PAGE) await deletion.run(batch.splice(0));
    }
    await deletion.run(batch);
    for (const entry of deletion.end()) this.#write(entry);
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
    for await (const entry of this.#read(this.#lastSignal)) if (!this.#seen.has(entry.name)) this.#write(entry);
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
    else this.#noteFirstWrite();
    this.#hasNews = false;
    await this.#blob.checkpoint(this.#lastSignal);
    this.#isBegun = true;
  }

  /** This run is at its end: what it did not write is not the set's any more. */
  async save(isComplete: boolean): Promise<void> {
    this.#writeLine({ ...this.#owner, closed: this.#run, ...(isComplete ? {} : this.#doubt) });
    await this.#blob.save(this.#lastSignal);
  }

  /** A blob that is being copied during a save has an older time than that, and is in no line of it. */
  #noteFirstWrite(): void {
    const { firstWritten } = this.#blob;
    if (this.#isFirstWriteNoted || firstWritten === undefined) return;
    this.#writeLine({ open: this.#run, since: String(firstWritten) });
    this.#isFirstWriteNoted = true;
  }

  get #lastSignal(): AbortSignal {
    return this.request.lastSignal ?? NEVER_ABORTED;
  }

  get #owner() {
    return { owner: this.request.owner, set: this.request.set };
  }

  get #doubt(): { readonly doubtful?: string } {
    const { doubtfulSince } = this.#earlier;
    return doubtfulSince === undefined ? {} : { doubtful: String(doubtfulSince) };
  }

  #write({ name, etag }: InventoryEntry): void {
    this.#writeLine({ name, etag });
  }

  #writeLine(json: Readonly<Record<string, string>>): void {
    this.#blob.append(`${asciiJson(json)}\n`);
  }

  async *#read(signal = this.request.signal): AsyncGenerator<InventoryEntry> {
    if (this.#earlier.isOthers && !this.#isRecorded) return;
    const isLastWord = this.#earlier.lastWords();
    for await (const { name, etag } of this.#lines(signal)) {
      if (name !== undefined && etag !== undefined && isLastWord({ name, etag })) yield { name, etag };
    }
  }

  async *#lines(signal: AbortSignal): AsyncGenerator<InventoryLine> {
    for await (const line of this.#blob.lines(signal)) yield parseLine(line);
  }
}

const PAGE = 5_000;
