import type { ListedBlob } from "../../ports/blob-container";
import { compareNames } from "./name-order";

export interface JoinSide {
  readonly pages: AsyncIterable<readonly ListedBlob[]>;
  /** What the names of this side begin with; the rest of a name is what the two sides are joined by. */
  readonly prefix: string;
}

export interface JoinedBlob {
  readonly source: ListedBlob;
  /** Without the source's prefix. */
  readonly relativeName: string;
  readonly destination: ListedBlob | undefined;
}

/**
 * Two listings side by side, a source page at a time: each source blob with the destination blob of the same relative name.
 * Both come in the order of their names, so memory holds little more than a page of each.
 *
 * An account that orders otherwise than another (one with a hierarchical namespace) can make a destination look absent;
 * whoever copies must not rely on it. The directories that such an account lists are no blobs: those of the source are left
 * out, and one at the destination is joined only to the source blob whose name it has.
 */
export async function* mergeJoin(source: JoinSide, destination: JoinSide): AsyncGenerator<readonly JoinedBlob[]> {
  const destinations = new DestinationCursor(destination);
  let last: string | undefined;
  for await (const page of source.pages) {
    const joined: JoinedBlob[] = [];
    for (const blob of page) {
      if (blob.isDirectory === true) continue;
      const relativeName = blob.name.slice(source.prefix.length);
      // Such as at the end of one page and the beginning of the next.
      if (relativeName === last) continue;
      last = relativeName;
      // Awaited only when another page is needed: a promise per blob would cost more than all the rest.
      while (destinations.mayComeUpTo(relativeName)) await destinations.read();
      joined.push({ source: blob, relativeName, destination: destinations.take(relativeName) });
    }
    yield joined;
  }
  await destinations.close();
}

/** The destination's listing, read as far as the source has come. */
class DestinationCursor {
  readonly #pages: AsyncIterator<readonly ListedBlob[]>;
  /** Read and not passed yet, in the listing's order. */
  #window: ListedBlob[] = [];
  #start = 0;
  #isExhausted = false;
  /** Names that are read and whose place in the order is not certain. */
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
