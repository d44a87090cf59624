import type { Clock } from "../../ports/clock";
import { ServiceError } from "../../../failure/service-error";
import { AdaptiveConcurrency } from "../flow/adaptive-concurrency";
import type { BlobContainers, BlobListing, WantedDetails } from "../../ports/blob-container";
import type { JoinedBlob } from "./merge-join";
import { NameRange } from "./name-range";
import { SideListing } from "./side-listing";

/**
 * Each range holds a few pages of 5,000 blobs in memory. Five ranges list hardly faster than four:
 * by then, reading the pages keeps a core busy.
 */
const MAX_RANGES = 4;

export interface RangedSide {
  readonly container: BlobListing;
  /** See {@link JoinSide}. */
  readonly prefix: string;
  readonly details: WantedDetails | undefined;
}

export interface RangedJoinRequest {
  readonly source: RangedSide;
  readonly destination: RangedSide;
  readonly containers: Pick<BlobContainers, "onThrottled">;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Joins two listings as {@link mergeJoin} does. As soon as the consumer has to wait for pages, it
 * lists several ranges of names at the same time. Pages of one range come in name order; pages of
 * different ranges come in any order.
 */
export async function* rangedJoin({ source, destination, containers, clock, signal }: RangedJoinRequest) {
  const end = new AbortController();
  const both = AbortSignal.any([signal, end.signal]);
  const side = ({ container, prefix, details }: RangedSide) => new SideListing(container, prefix, details, both);
  const concurrency = new AdaptiveConcurrency(MAX_RANGES, clock);
  const endThrottling = containers.onThrottled((retryAfter) => concurrency.throttled(retryAfter));
  try {
    yield* new RangedJoin(side(source), side(destination), concurrency, clock, both).pages();
  } finally {
    endThrottling();
    end.abort();
  }
}

class RangedJoin {
  readonly #ranges = new Set<NameRange>();
  readonly #ready: { readonly range: NameRange; readonly page: readonly JoinedBlob[] }[] = [];
  #reading = 0;
  #isPausing = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;
  /**
   * True for a side that is known to honour `startFrom`. A destination without names before a cut
   * proves nothing, and does no harm either.
   */
  #isSourceProven = false;
  #isDestinationProven = false;
  #mayCut = true;

  constructor(
    private readonly source: SideListing,
    private readonly destination: SideListing,
    private readonly concurrency: AdaptiveConcurrency,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  async *pages(): AsyncGenerator<readonly JoinedBlob[]> {
    this.#ranges.add(new NameRange(this.source, this.destination));
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const next = this.#ready.shift();
      if (next !== undefined) next.range.isBusy = false;
      // Each range has at most one page ready, however long the consumer works on the last one.
      this.#read();
      if (next !== undefined) yield next.page;
      else if (this.#ranges.size === 0) return;
      else await this.#change();
    }
  }

  #read(): void {
    const { pause, limit } = this.concurrency;
    if (pause > 0) return this.#readAfter(pause);
    for (const range of this.#ranges) {
      if (this.#reading >= limit) return;
      if (!range.isBusy) void this.#readPage(range);
    }
  }

  async #readPage(range: NameRange): Promise<void> {
    range.isBusy = true;
    this.#reading++;
    try {
      const page = await range.next();
      this.concurrency.answered(undefined);
      if (page === undefined) this.#ranges.delete(range);
      else this.#ready.push({ range, page });
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#reading--;
    this.#wake();
  }

  #readAfter(milliseconds: number): void {
    if (this.#isPausing) return;
    this.#isPausing = true;
    const goOn = () => {
      this.#isPausing = false;
      this.#wake();
    };
    // If the sleep is aborted, the requests report it.
    this.clock.sleep(milliseconds, this.signal).then(goOn, goOn);
  }

  /** Resolves when there may be a page, or the end. */
  async #change(): Promise<void> {
    const change = new Promise<void>((resolve) => (this.#wake = resolve));
    void this.#cutFurther();
    await change;
  }

  /**
   * Cuts only while the consumer waits for pages. A consumer that is busy copying does not need
   * more of them.
   */
  async #cutFurther(): Promise<void> {
    const range = this.#rangeToCut();
    if (range === undefined) return;
    range.isBeingCut = true;
    try {
      // Wait one turn: the last page read may turn out to be the final one. After that, the wait is
      // for the service.
      await this.clock.sleep(0);
      if (this.#ready.length > 0 || range.isRead || this.signal.aborted) return;
      await this.#cut(range);
    } catch (error) {
      // A listing from the beginning may succeed where the service refuses one that starts at a
      // name.
      this.#mayCut = false;
      if (!(error instanceof ServiceError)) this.#failure ??= { error };
    }
    range.isBeingCut = false;
    this.#wake();
  }

  #rangeToCut(): NameRange | undefined {
    if (!this.#mayCut || this.#ranges.size >= this.concurrency.limit) return undefined;
    let longest: NameRange | undefined;
    for (const range of this.#ranges) {
      const mayBeCut = range.pagesToRead <= 0 && !range.isBeingCut;
      if (mayBeCut && (longest === undefined || range.pagesToRead < longest.pagesToRead)) longest = range;
    }
    return longest;
  }

  /** List Blobs, one name each, starting at each of several places. */
  async #cut(range: NameRange): Promise<void> {
    range.pagesToRead = 1;
    const possible = range.cuts();
    const cuts = this.#isSourceProven ? possible : possible.slice(0, 1);
    const [highest] = [...cuts].sort((one, other) => (one.at > other.at ? -1 : 1));
    if (highest === undefined) return;
    const [destinationFirst, ...firsts] = await Promise.all([
      this.#isDestinationProven ? undefined : this.destination.firstBehind(highest),
      ...cuts.map((cut) => this.source.firstBehind(cut)),
    ]);
    const known = cuts.map((cut, index) => ({ cut, first: firsts[index] }));
    // A service with an order of its own could be listed only from the beginning.
    const isIgnored = known.some(({ cut, first }) => first !== undefined && (first < cut.at || first === this.source.firstName));
    if (isIgnored || (destinationFirst !== undefined && destinationFirst < highest.at)) {
      this.#mayCut = false;
      return;
    }
    this.#isSourceProven = true;
    const { firstName } = this.destination;
    this.#isDestinationProven ||= firstName !== undefined && firstName < highest.at;
    const most = this.concurrency.limit - this.#ranges.size;
    for (const next of range.cutOff(known, most, this.destination)) this.#ranges.add(next);
  }
}
