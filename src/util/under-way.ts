class Entry<T> {
  constructor(
    readonly item: T,
    /** Position in the list. */
    public at: number,
  ) {}
}

/**
 * A collection of items that are under way: hundreds at any time, millions in all. It does not use
 * a Set, because V8 makes a new table for a Set whenever enough items have come and gone. As soon
 * as one table is in the old generation, so are all later ones. Each replaced table keeps its
 * items, and everything that they refer to, until the next full garbage collection.
 *
 * For the same reason, the items should be objects of classes, not of literals. V8 watches which
 * objects of a literal live on, sometimes sees only those that are under way, and then makes all of
 * them in the old generation at once.
 */
export class UnderWay<T> {
  readonly #entries: Entry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Returns the function that removes the item, which can be called twice. */
  add(item: T): () => void {
    const entry = new Entry(item, this.#entries.length);
    this.#entries.push(entry);
    return () => this.#takeOut(entry);
  }

  /** In no particular order. Items that are removed or added during the iteration are left out. */
  *[Symbol.iterator](): Generator<T, void> {
    for (const entry of [...this.#entries]) if (this.#has(entry)) yield entry.item;
  }

  #has(entry: Entry<T>): boolean {
    return this.#entries[entry.at] === entry;
  }

  #takeOut(entry: Entry<T>): void {
    if (!this.#has(entry)) return;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    this.#entries[entry.at] = last;
    last.at = entry.at;
  }
}
