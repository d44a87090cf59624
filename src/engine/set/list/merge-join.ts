import type { ListedBlob } from "../../ports/blob-container";
import { compareNames } from "./name-order";

export interface JoinSide {
  readonly pages: AsyncIterable<readonly ListedBlob[]>;
  /** Common prefix of this side's names. The two sides are joined by the rest of the name. */
  readonly prefix: string;
}

export interface JoinedBlob {
  readonly source: ListedBlob;
  /** Without the source's prefix. */
  readonly relativeName: string;
  readonly destination: ListedBlob | undefined;
}

/**
 * Joins two listings, a source page at a time: each source blob with the destination blob of the
 * same relative name. Both listings come in name order, so memory holds little more than a page of
 * each.
 *
 * An account with a hierarchical namespace orders names differently from others. A destination can
 * then look absent, so a copy must not rely on its absence. Such an account also lists directories,
 * which are not blobs. Directories of the source are left out. A directory at the destination is
 * joined only to a source blob of the same name.
 */
export async function* mergeJoin(source: JoinSide, destination: JoinSide): AsyncGenerator<readonly JoinedBlob[]> {
  const destinations = new DestinationCursor(destination);
  let last: string | undefined;
  for await (const page of source.pages) {
    const joined: JoinedBlob[] = [];
    for (const blob of page) {
      if (blob.isDirectory === true) continue;
      const relativeName = blob.name.slice(source.prefix.length);
      // A repeated name, for example at the end of one page and the beginning of the next.
      if (relativeName === last) continue;
      last = relativeName;
      // Awaited only when another page is needed: a promise for each blob would cost more than the
      // rest of the join.
      while (destinations.mayComeUpTo(relativeName)) await destinations.read();
      joined.push({ source: blob, relativeName, destination: destinations.take(relativeName) });
    }
    yield joined;
  }
  await destinations.close();
}

/** Reads the destination's listing as far as the source's listing has come. */
class DestinationCursor {
  readonly #pages: AsyncIterator<readonly ListedBlob[]>;
  /** Blobs that were read and not yet passed, in the listing's order. */
  #window: ListedBlob[] = [];
  #start = 0;
  #isExhausted = false;
  /** Blobs that were read and whose place in the order is uncertain. */
  readonly #uncertain = new Map<string, ListedBlob>();

  constructor(private readonly side: JoinSide) {
    this.#pages = side.pages[Symbol.asyncIterator]();
  }

  mayComeUpTo(relativeName: string): boolean {
    if (this.#isExhausted) return false;
    const last = this.#window.at(-1);
    if (last === undefined || this.#start >= this.#window.length) return true;
    const order = compareNames(this.#relative(last), relativeName);
    return order === undefined || order < 0;
  }

  async read(): Promise<void> {
    const next = await this.#pages.next();
    if (next.done === true) {
      this.#isExhausted = true;
      return;
    }
    if (this.#start >= this.#window.length) this.#window = [...next.value];
    else this.#window = this.#window.slice(this.#start).concat(next.value);
    this.#start = 0;
  }

  take(relativeName: string): ListedBlob | undefined {
    for (; this.#start < this.#window.length; this.#start++) {
      const blob = this.#window[this.#start];
      if (blob === undefined) break;
      const order = compareNames(this.#relative(blob), relativeName);
      if (order === undefined) {
        this.#uncertain.set(this.#relative(blob), blob);
      } else if (order > 0) {
        break;
      } else if (order === 0) {
        this.#start++;
        return blob;
      }
    }
    const found = this.#uncertain.get(relativeName);
    if (found !== undefined) this.#uncertain.delete(relativeName);
    return found;
  }

  async close(): Promise<void> {
    await this.#pages.return?.();
  }

  #relative(blob: ListedBlob): string {
    return blob.name.slice(this.side.prefix.length);
  }
}
