class Entry<T> {
  constructor(
    readonly item: T,
    /** Where it is in the list. */
    public at: number,
  ) {}
}

/**
 * What is under way: hundreds at any time, millions in all. Not a Set: V8 makes the table of one anew whenever enough have come and gone,
 * and as soon as one table is in the old generation, so are all later ones. Each keeps what was in it when it was replaced until the next
 * full garbage collection, with all that that refers to.
 *
 * For the same reason what is held meanwhile should be objects of classes, not of literals: V8 watches which objects of a literal live on,
 * sometimes sees only those that are under way, and then makes all of them in the old generation at once.
 */
export class UnderWay<T> {
  readonly #entries: Entry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Returns what takes it out again, which can be called twice. */
  add(item: T): () => void {
    const entry = new Entry(item, this.#entries.length);
    this.#entries.push(entry);
    return () => this.#takeOut(entry);
  }

  /** In no order; one that is taken out meanwhile is left out, and one that is added meanwhile. */
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
