import type { BlobListing, ListedBlob, WantedDetails } from "../../ports/blob-container";
import type { NameCut } from "./name-cuts";

/** One side of a join. Parts of it can be listed. */
export class SideListing {
  /** First name of the whole side, once it is known. */
  firstName: string | undefined;

  constructor(
    private readonly container: BlobListing,
    readonly prefix: string,
    private readonly details: WantedDetails | undefined,
    private readonly signal: AbortSignal,
  ) {}

  /** List Blobs, starting at a cut or at the beginning. */
  async *pages(from: NameCut | undefined): AsyncGenerator<readonly ListedBlob[]> {
    const { prefix, details, signal } = this;
    const start = from === undefined ? {} : { startFrom: prefix + from.at };
    for await (const page of this.container.list({ prefix, signal, ...start, ...(details && { details }) })) {
      if (from === undefined) this.firstName ??= page[0] && this.relative(page[0]);
      yield page;
    }
  }

  /** List Blobs for one blob: the first name after a cut. */
  async firstBehind(cut: NameCut): Promise<string | undefined> {
    const { prefix, signal } = this;
    const request = { prefix, startFrom: prefix + cut.at, pageSize: 1, readsAhead: false, signal };
    // The service may return an empty page with a marker.
    for await (const [first] of this.container.list(request)) if (first !== undefined) return this.relative(first);
    return undefined;
  }

  relative({ name }: ListedBlob): string {
    return name.slice(this.prefix.length);
  }
}
