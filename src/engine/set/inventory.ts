import { createHash } from "node:crypto";
import type { EventSink } from "../../report/events";
import { explain } from "../explain";
import { inParallel } from "../in-parallel";
import type { BlobContainer } from "./blob-listing";
import { NameHashes } from "./name-hashes";

/** Where the inventories of sets are, in the container of their destination. */
export const INVENTORY_FOLDER = ".blobcopy/";

export interface InventoryRequest {
  readonly container: BlobContainer;
  /** Whose blobs they are. */
  readonly owner: string;
  /** Of the set's destination: what is elsewhere in the container is left alone. */
  readonly prefix: string;
  readonly emit: EventSink;
  readonly signal: AbortSignal;
}

interface Entry {
  readonly name: string;
  readonly etag: string;
}

const PART_CHARACTERS = 1024 * 1024;
const DELETES_AT_ONCE = 32;

/**
 * What a set that prunes has copied, as NDJSON in a blob of the destination's container: `.blobcopy/<hash of owner>.ndjson`,
 * the owner in its first line, then `{"name":…,"etag":…}` a line. Only what is in it, and still has the ETag that it was copied with, is ever deleted.
 */
export class Inventory {
  readonly #blobName: string;
  /** Name and ETag of what earlier runs copied. */
  readonly #earlier = new NameHashes();
  #earlierEtag: string | undefined;
  /** What this run has seen at the source. */
  readonly #seen = new NameHashes();
  readonly #leftOut = new NameHashes();
  /** Complete parts, outside of the heap; then the lines of the last one. */
  readonly #parts: Buffer[] = [];
  #lines: string[] = [];
  #characters = 0;

  constructor(private readonly request: InventoryRequest) {
    const hash = createHash("sha256").update(request.owner).digest("hex").slice(0, 32);
    this.#blobName = `${INVENTORY_FOLDER}${hash}.ndjson`;
    this.#writeLine({ owner: request.owner });
  }

  /** Get Blob. */
  async load(): Promise<void> {
    for await (const { name, etag } of this.#read()) this.#earlier.add(identity(name, etag));
  }

  /** A blob that this run has copied. */
  addCopied(name: string, etag: string): void {
    this.#seen.add(name);
    this.#write({ name, etag });
  }

  /** A blob that was there already: ours, if it is as we left it. */
  addSkipped(name: string, etag: string): void {
    this.#seen.add(name);
    if (this.#earlier.has(identity(name, etag))) this.#write({ name, etag });
  }

  /** A destination whose source is there, but left out of the set. */
  keep(name: string): void {
    this.#leftOut.add(name);
  }

  /** Delete Blob on everything of ours whose source is gone, if nobody has changed it. What cannot be deleted now stays in the inventory. */
  async prune(onPruned: (name: string) => void): Promise<void> {
    const { container, signal, emit } = this.request;
    const kept: Entry[] = [];
    const batch: Entry[] = [];
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
          const { why } = explain(error, "It could not be pruned");
          emit({ type: "warning", text: `${container.urlOf(entry.name)} could not be pruned; the next run tries again: ${why}` });
        }
      });
    };
    for await (const entry of this.#read()) {
      if (this.#seen.has(entry.name)) continue;
      if (!entry.name.startsWith(this.request.prefix) || this.#leftOut.has(entry.name)) {
        this.#write(entry);
        continue;
      }
      batch.push(entry);
      if (batch.length === PAGE) await deleteBatch();
    }
    await deleteBatch();
    for (const entry of kept) this.#write(entry);
  }

  /** What {@link prune} would delete, if nobody has changed it. `isSource` tells the names that have a source. */
  async *candidates(isSource: (name: string) => boolean): AsyncGenerator<string> {
    for await (const { name } of this.#read()) {
      if (name.startsWith(this.request.prefix) && !isSource(name) && !this.#leftOut.has(name)) yield name;
    }
  }

  /** Keeps what earlier runs copied and this one did not come to. */
  async keepEarlier(): Promise<void> {
    const neverCancelled = new AbortController().signal;
    for await (const entry of this.#read(neverCancelled)) if (!this.#seen.has(entry.name)) this.#write(entry);
  }

  /** Put Block, Put Block List: unless somebody else has written it since {@link load}. */
  async save(): Promise<void> {
    const { container } = this.request;
    if (this.#lines.length > 0) this.#closePart();
    const parts = this.#parts;
    const neverCancelled = new AbortController().signal;
    async function* bodies() {
      for (const part of parts) yield part.toString("latin1");
    }
    const conditions = this.#earlierEtag === undefined ? { ifNoneMatch: "*" } : { ifMatch: this.#earlierEtag };
    await container.writeBlob(this.#blobName, bodies(), conditions, neverCancelled);
  }

  #write({ name, etag }: Entry): void {
    this.#writeLine({ name, etag });
  }

  #writeLine(json: Readonly<Record<string, string>>): void {
    const line = `${asciiJson(json)}\n`;
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters >= PART_CHARACTERS) this.#closePart();
  }

  #closePart(): void {
    this.#parts.push(Buffer.from(this.#lines.join(""), "latin1"));
    this.#lines = [];
    this.#characters = 0;
  }

  async *#read(signal = this.request.signal): AsyncGenerator<Entry> {
    const found = await this.request.container.readBlob(this.#blobName, signal);
    this.#earlierEtag = found?.etag;
    if (found === undefined) return;
    let rest = "";
    for await (const text of found.text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const entry = parseEntry(line);
        if (entry !== undefined) yield entry;
      }
    }
  }
}

const PAGE = 5_000;

function identity(name: string, etag: string): string {
  return `${etag}\n${name}`;
}

/** A line that is no entry of ours protects nothing and condemns nothing. */
function parseEntry(line: string): Entry | undefined {
  try {
    const { name, etag } = JSON.parse(line) as Partial<Record<keyof Entry, unknown>>;
    return typeof name === "string" && typeof etag === "string" && etag !== "" ? { name, etag } : undefined;
  } catch {
    return undefined;
  }
}

/** So that a piece of the blob never ends within a character. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
