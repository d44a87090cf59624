import { NameHashes } from "../list/name-hashes";
import { identityOf, type InventoryEntry, type InventoryLine } from "./inventory-line";

/**
 * The blobs that earlier runs of a set copied, according to its inventory. Takes eight bytes a
 * blob.
 */
export class EarlierCopies {
  readonly #proven = new NameHashes();
  /** From an inventory that may belong to another set. */
  readonly #unproven = new NameHashes();
  #names = new NameHashes();
  /** Names with more than one line. */
  #repeated = new NameHashes();
  /** Runs that did not end, with the time at which they began, if it is known. */
  readonly #open = new Map<string, number | undefined>();
  #isOthers = false;
  #hasEnded = false;
  #isEmpty = true;
  #takenOver = 0;
  #doubtfulSince: number | undefined;

  /** `set` is the path of the construct. */
  constructor(private readonly set: string) {}

  /** Adds the next line of the set's inventory. */
  add({ name, etag, open, since, closed, doubtful, set }: InventoryLine): void {
    this.#isEmpty = false;
    if (set !== undefined && set !== this.set) this.#isOthers = true;
    if (name !== undefined && etag !== undefined) {
      (this.#isOthers ? this.#unproven : this.#proven).add(identityOf(name, etag));
      this.#names.add(name);
    }
    if (closed !== undefined) this.#hasEnded = true;
    if (open !== undefined) this.#open.set(open, since === undefined ? this.#open.get(open) : Number(since));
    if (closed !== undefined) this.#open.delete(closed);
    if (doubtful !== undefined) this.#doubtSince(Number(doubtful));
  }

  /** Adds a line of an inventory under the name that earlier versions used. */
  addFormer({ name, etag }: InventoryLine): void {
    this.#isEmpty = false;
    if (name !== undefined && etag !== undefined) this.#unproven.add(identityOf(name, etag));
  }

  /**
   * Called after the last line. `writtenAt` is the time at which the inventory was last written:
   * milliseconds since the epoch.
   */
  end(writtenAt: number): void {
    for (const since of this.#open.values()) this.#doubtSince(since ?? writtenAt);
    this.#repeated = this.#names.duplicates();
    this.#names = new NameHashes();
  }

  /** The inventory was written for another construct. */
  get isOthers(): boolean {
    return this.#isOthers;
  }

  /** At least one run has come to its end. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * No run has noted anything. Copies that earlier runs made before the set needed an inventory are
   * not known.
   */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /**
   * Number of blobs that may belong to another set, and how many of them this set has taken over.
   */
  get unproven(): { readonly total: number; readonly takenOver: number } {
    return { total: this.#unproven.size, takenOver: this.#takenOver };
  }

  /**
   * A killed run may have copied blobs written since this time without a note: milliseconds since
   * the epoch; undefined if there was no such run.
   */
  get doubtfulSince(): number | undefined {
    return this.#doubtfulSince;
  }

  has({ name, etag }: InventoryEntry): boolean {
    return this.isProven({ name, etag }) || this.#unproven.has(identityOf(name, etag));
  }

  isProven({ name, etag }: InventoryEntry): boolean {
    return this.#proven.has(identityOf(name, etag));
  }

  /** This run has found the blob's source, so the blob belongs to the set from now on. */
  takeOver(entry: InventoryEntry): void {
    if (!this.isProven(entry)) this.#takenOver++;
  }

  /**
   * Returns a function to be called with each entry, in the order of the inventory. It returns
   * whether the entry is the first about its name, and so the valid one.
   */
  lastWords(): (entry: InventoryEntry) => boolean {
    const repeated = this.#repeated;
    const given = new Uint8Array(repeated.size);
    return ({ name }) => {
      const position = given.length === 0 ? undefined : repeated.positionOf(name);
      if (position === undefined) return true;
      const isFirst = given[position] === 0;
      given[position] = 1;
      return isFirst;
    };
  }

  #doubtSince(time: number): void {
    this.#doubtfulSince = Math.min(this.#doubtfulSince ?? Infinity, time);
  }
}
