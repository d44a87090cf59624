import type { ListedBlob } from "../../ports/blob-container";
import { mergeJoin, type JoinedBlob } from "./merge-join";
import { isBehind, type NameCut, possibleCuts } from "./name-cuts";
import { commonPrefix } from "./name-order";
import type { SideListing } from "./side-listing";

/**
 * Pages of the whole listing that are read before it is worth cutting. One page is enough for a
 * part of it, and after each attempt to cut.
 */
const FIRST_PAGES = 2;
/** Number of names of a page whose characters are collected for later cuts. */
const LEARNED_FROM = 50;

/**
 * The blobs between two cuts, listed and joined page by page. A range can be shortened while it is
 * being read.
 */
export class NameRange {
  /** A page is being read, or the last page has not been taken yet. */
  isBusy = false;
  isBeingCut = false;
  isRead = false;
  /** Pages to read before an attempt to cut the range is worthwhile. */
  pagesToRead: number;
  #last = "";
  #familiar = "";
  #alphabet: readonly string[] = [];
  /** Upper bound of the names. As far as is known, only another range or no name lies behind it. */
  #end: string | undefined;
  readonly #pages: AsyncGenerator<readonly JoinedBlob[]>;

  constructor(
    private readonly source: SideListing,
    destination: SideListing,
    private readonly from?: NameCut,
    private to?: NameCut,
    end?: string,
  ) {
    this.#end = end ?? to?.at;
    this.pagesToRead = from === undefined ? FIRST_PAGES : 1;
    this.#pages = mergeJoin(
      { pages: this.#ownPages(), prefix: source.prefix },
      { pages: destination.pages(from), prefix: destination.prefix },
    );
  }

  /** Undefined at the end. */
  async next(): Promise<readonly JoinedBlob[] | undefined> {
    const next = await this.#pages.next();
    if (next.done !== true) return next.value;
    this.isRead = true;
    return undefined;
  }

  /** Places where the range might be cut, the likeliest first. */
  cuts(): readonly NameCut[] {
    return possibleCuts({ last: this.#last, familiar: this.#familiar, alphabet: this.#alphabet, end: this.#end });
  }

  /** Cuts off at most `most` ranges, at places whose first following name is known. */
  cutOff(
    known: readonly { readonly cut: NameCut; readonly first: string | undefined }[],
    most: number,
    destination: SideListing,
  ): NameRange[] {
    if (this.isRead) return [];
    // If the same name comes first after two cuts, no name lies between them.
    const places = new Map<string, NameCut>();
    for (const { cut, first } of known) {
      if (first === undefined || (this.to !== undefined && isBehind(this.to, first))) {
        if (this.#end === undefined || cut.at < this.#end) this.#end = cut.at;
      } else if (!isBehind(cut, this.#last) && cut.at > (places.get(first)?.at ?? "")) {
        places.set(first, cut);
      }
    }
    const cuts = [...places.values()].slice(0, most).sort((one, other) => (one.at < other.at ? -1 : 1));
    const ranges = cuts.map((cut, index) => {
      const next = cuts[index + 1];
      return next === undefined
        ? new NameRange(this.source, destination, cut, this.to, this.#end)
        : new NameRange(this.source, destination, cut, next);
    });
    if (cuts[0] !== undefined) {
      this.to = cuts[0];
      this.#end = cuts[0].at;
    }
    return ranges;
  }

  /** List Blobs on the source, as far as this range extends. */
  async *#ownPages(): AsyncGenerator<readonly ListedBlob[]> {
    for await (const page of this.source.pages(this.from)) {
      const own = this.#ownOf(page);
      yield own;
      if (own.length < page.length && this.#isBehindEnd(page.at(-1))) return;
    }
  }

  #ownOf(page: readonly ListedBlob[]): readonly ListedBlob[] {
    let start = 0;
    // Happens only if the service honours a start once and later ignores it. The names before the
    // start belong to another range.
    if (this.from !== undefined && this.#last === "") while (this.#isBeforeStart(page[start])) start++;
    let end = page.length;
    while (end > start && this.#isBehindEnd(page[end - 1])) end--;
    const own = start === 0 && end === page.length ? page : page.slice(start, end);
    this.#learnFrom(own);
    return own;
  }

  #learnFrom(page: readonly ListedBlob[]): void {
    const [first] = page;
    const last = page.at(-1);
    if (first === undefined || last === undefined) return;
    this.pagesToRead--;
    this.#last = this.source.relative(last);
    this.#familiar = commonPrefix(this.source.relative(first), this.#last);
    const step = Math.ceil(page.length / LEARNED_FROM);
    const some = page.filter((_, index) => index % step === 0).map((blob) => this.source.relative(blob).slice(this.#familiar.length));
    this.#alphabet = [...new Set(some.join(""))].sort();
  }

  #isBeforeStart(blob: ListedBlob | undefined): boolean {
    return blob !== undefined && this.from !== undefined && !isBehind(this.from, this.source.relative(blob));
  }

  #isBehindEnd(blob: ListedBlob | undefined): boolean {
    return blob !== undefined && this.to !== undefined && isBehind(this.to, this.source.relative(blob));
  }
}
