import { NameHashes } from "../list/name-hashes";
import { identityOf, type InventoryEntry, type InventoryLine } from "./inventory-line";

/** What earlier runs of a set have copied, as far as its inventory tells: eight bytes a blob. */
export class EarlierCopies {
  readonly #proven = new NameHashes();
  /** Of an inventory that may be another set's. */
  readonly #unproven = new NameHashes();
  #names = new NameHashes();
  /** Names that have more than one line. */
  #repeated = new NameHashes();
  /** Runs without an end, and when they began, where that is known. */
  readonly #open = new Map<string, number | undefined>();
  #isOthers = false;
  #hasEnded = false;
  #isEmpty = true;
  #takenOver = 0;
  #doubtfulSince: number | undefined;

  /** `set` is the path of the construct. */
  constructor(private readonly set: string) {}

  /** The next line of the set's inventory. */
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

  /** A line of an inventory that earlier versions named in another way. */
  addFormer({ name, etag }: InventoryLine): void {
    this.#isEmpty = false;
    if (name !== undefined && etag !== undefined) this.#unproven.add(identityOf(name, etag));
  }

  /** All lines are there; `writtenAt` is when the last one was written: milliseconds since the epoch. */
  end(writtenAt: number): void {
    for (const since of this.#open.values()) this.#doubtSince(since ?? writtenAt);
    this.#repeated = this.#names.duplicates();
    this.#names = new NameHashes();
  }

  /** The inventory was written for another construct. */
  get isOthers(): boolean {
    return this.#isOthers;
  }

  /** A run has come to its end once. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** No run has noted anything: what earlier ones copied, while nothing had to be remembered, is not known. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** How many blobs there are of which it is not certain that they are this set's, and how many of them count as its own since. */
  get unproven(): { readonly total: number; readonly takenOver: number } {
    return { total: this.#unproven.size, takenOver: this.#takenOver };
  }

  /** Since when blobs were written that a killed run may have copied without having noted it; undefined for no such run. */
  get doubtfulSince(): number | undefined {
    return this.#doubtfulSince;
  }

  has({ name, etag }: InventoryEntry): boolean {
    return this.isProven({ name, etag }) || this.#unproven.has(identityOf(name, etag));
  }

  isProven({ name, etag }: InventoryEntry): boolean {
    return this.#proven.has(identityOf(name, etag));
  }

  /** This run has found the blob's source, so that it is the set's own from now on. */
  takeOver(entry: InventoryEntry): void {
    if (!this.isProven(entry)) this.#takenOver++;
  }

  /** Tells of each entry, in the order of the inventory, whether it is the first about its name: that is the last word about it. */
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
