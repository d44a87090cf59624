import { randomBytes } from "node:crypto";
import { asciiJson } from "../../recovery/blobcopy-folder";
import { Deletion } from "./deletion";
import { EarlierCopies } from "./earlier-copies";
import { InventoryBlob } from "./inventory-blob";
import type { InventoryRequest } from "./inventory-request";
import { type InventoryEntry, type InventoryLine, parseLine, isEmptyLine } from "./inventory-line";
import { NameHashes } from "../list/name-hashes";
import { damageText, takeoverText } from "./unremembered";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";

/**
 * The copies of a set that prunes, as NDJSON in a blob of the destination's container:
 * `.blobcopy/<hash>.ndjson`, the owner and the construct in its first line, then
 * `{"name":…,"etag":…}` a line. Only a blob that is in the inventory, and still has the ETag noted
 * there, is ever deleted.
 *
 * The inventory of another construct, or of an earlier version, which other deployments may share,
 * does not allow any deletion. The set only takes over listed blobs whose source it has.
 *
 * A run saves the inventory at intervals, with new lines before the old ones. So the first line
 * about a name is the valid one. A killed run is recognised by its line `open` without a line
 * `closed`. Blobs that it copied after its last checkpoint have no line.
 */
export class Inventory {
  readonly #blob: InventoryBlob;
  readonly #earlier: EarlierCopies;
  readonly #run = randomBytes(6).toString("hex");
  /** Number of blobs that were there already and are not known to be the set's own. */
  #foreign = 0;
  /** Number of lines that could not be read. */
  #unread = 0;
  #isBegun = false;
  #isFirstWriteNoted = false;
  #hasNews = false;
  /** Blobs that an atomic set restored when it failed. */
  readonly #restored: InventoryEntry[] = [];
  #isRecorded = false;
  /** Destination names of the blobs that this run has copied, skipped or restored. */
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
    // The former inventory counts until a run of this owner has come to its end.
    if (formerFile === undefined || this.#earlier.hasEnded) return;
    for await (const text of new InventoryBlob(container, formerFile).lines(signal)) this.#earlier.addFormer(parseLine(text));
  }

  /** No run has noted anything. Copies from before the set needed an inventory are not known. */
  get isNew(): boolean {
    return this.#earlier.isEmpty;
  }

  get foreign(): number {
    return this.#foreign;
  }

  /** The warning about an inventory that may belong to another set; undefined if there is none. */
  get takeover(): string | undefined {
    const { container, file, formerFile = file } = this.request;
    const from = container.urlOf(this.#earlier.isOthers ? file : formerFile);
    return takeoverText(from, this.#earlier.unproven);
  }

  /** The warning about lines that could not be read; undefined if there are none. */
  get damage(): string | undefined {
    const { container, file } = this.request;
    return damageText(container.urlOf(file), this.#unread);
  }

  /** True if either a killed run wrote this blob without noting it, or another client wrote it. */
  isDoubtful(name: string, etag: string, lastModified: string): boolean {
    const { doubtfulSince } = this.#earlier;
    return doubtfulSince !== undefined && Date.parse(lastModified) >= doubtfulSince && !this.#earlier.has({ name, etag });
  }

  addCopied(name: string, etag: string): void {
    this.#seen.add(name);
    this.#hasNews = true;
    this.#write({ name, etag });
  }

  /** A blob that was there already: the set's own if it has the ETag of an earlier copy. */
  addSkipped(name: string, etag: string): void {
    this.#seen.add(name);
    if (!this.#earlier.has({ name, etag })) {
      this.#foreign++;
      return;
    }
    this.#earlier.takeOver({ name, etag });
    this.#write({ name, etag });
  }

  /** A blob of the set that a rollback restored, which changed its ETag. */
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

  /** The service does not know all entries yet. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** An atomic set has restored blobs of its own. */
  get hasPutBack(): boolean {
    return this.#restored.length > 0;
  }

  /** After a failed atomic set, none of its copies exist: only restored blobs are new. */
  forgetCopied(): void {
    this.#blob.restart();
    this.#seen = new NameHashes();
    for (const entry of this.#restored) {
      this.#seen.add(entry.name);
      this.#write(entry);
    }
  }

  /** Keeps a destination whose source exists but is left out of the set. */
  keep(name: string): void {
    this.#leftOut.add(name);
  }

  /** Delete Blob on unchanged blobs without a source; on failure they stay in the inventory. */
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

  /** Blobs that {@link prune} would delete if unchanged. `isSource`: a name has a source. */
  async *candidates(isSource: (name: string) => boolean): AsyncGenerator<InventoryEntry> {
    for await (const entry of this.#read()) {
      const { name } = entry;
      if (name.startsWith(this.request.prefix) && !isSource(name) && !this.#leftOut.has(name)) yield entry;
    }
  }

  /** Keeps entries of earlier runs about names that this run has not seen. */
  async keepEarlier(): Promise<void> {
    for await (const entry of this.#read(this.#lastSignal)) if (!this.#seen.has(entry.name)) this.#write(entry);
  }

  /** Saves the copied blobs and those to be deleted. {@link prune} and {@link save} may follow. */
  async record(): Promise<void> {
    await this.keepEarlier();
    await this.save(true);
    this.#blob.restart();
    this.#isRecorded = true;
  }

  /** The service has a note of this run. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** Saves the entries so far, in case this run is killed. */
  async checkpoint(): Promise<void> {
    if (this.#isBegun && !this.#hasNews && !this.#blob.hasFullParts) return;
    if (!this.#isBegun) this.#writeLine({ ...this.#owner, open: this.#run, ...this.#doubt });
    else this.#noteFirstWrite();
    this.#hasNews = false;
    await this.#blob.checkpoint(this.#lastSignal);
    this.#isBegun = true;
  }

  /** Called at the end of this run: blobs without an entry no longer belong to the set. */
  async save(isComplete: boolean): Promise<void> {
    this.#writeLine({ ...this.#owner, closed: this.#run, ...(isComplete ? {} : this.#doubt) });
    await this.#blob.save(this.#lastSignal);
  }

  /**
   * A blob that is copied during a save is older than that save, but not in its lines. So the time
   * of the first save is noted.
   */
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
