import type { BlobProperties } from "../../ports/blob-properties";
import type { BlobStore, DestinationBlob } from "../../ports/blob-store";
import type { Clock } from "../../ports/clock";
import type { CopyRun } from "../../copy-run";
import { inParallel } from "../../../util/in-parallel";
import { withMembers } from "../flow/with-members";
import type { BlobContainer, BlobContainers, ListedBlob } from "../../ports/blob-container";
import { asListed } from "../../ports/as-listed";
import { listNames } from "../list/list-names";
import { NEVER_ABORTED } from "../../../util/abort/never-aborted";

/**
 * From this many pending copies in one container on, a listing is cheaper than a request for each.
 */
const WORTH_A_LISTING = 8;
const MAX_PARALLEL_POLLS = 64;
/** Polls within this time are combined. */
const GATHER_MILLISECONDS = 50;
/** A copy that was not polled for longer has ended, or runs for so long that it hardly counts. */
const STILL_PENDING_MILLISECONDS = 10_000;

interface Poll {
  readonly name: string;
  /** Get Blob Properties. */
  readonly closer: () => Promise<BlobProperties | undefined>;
  readonly resolve: (properties: BlobProperties | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Watches all asynchronous copies of a set together: List Blobs with include=copy shows 5,000 of
 * them at once. A copy that the listing does not show as pending is inspected by itself.
 */
export class PendingWatch {
  readonly #waiting = new Map<BlobContainer, Poll[]>();
  /** When each pending copy was last polled. */
  readonly #polledAt = new Map<BlobContainer, Map<string, number>>();

  constructor(
    private readonly store: BlobStore & BlobContainers,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  /** Returns the same run, with the polls of its pending copies combined. */
  watched(run: CopyRun): CopyRun {
    const { store } = this;
    const destination: BlobStore["destination"] = (location, leased) => {
      const blob = run.store.destination(location, leased);
      const place = store.placeOf(location, "destination");
      if (place === undefined) return blob;
      return withMembers(blob, { pollPending: (options) => this.#poll(place.container, place.name, blob, options) });
    };
    return { ...run, store: { destination, source: (location) => store.source(location), close: () => store.close() } };
  }

  #poll(
    container: BlobContainer,
    name: string,
    blob: DestinationBlob,
    options: Parameters<DestinationBlob["getProperties"]>[0],
  ): Promise<BlobProperties | undefined> {
    return new Promise((resolve, reject) => {
      const poll: Poll = { name, closer: () => blob.getProperties(options), resolve, reject };
      const waiting = this.#waiting.get(container);
      if (waiting !== undefined) {
        waiting.push(poll);
        return;
      }
      this.#waiting.set(container, [poll]);
      void this.#gather(container);
    });
  }

  async #gather(container: BlobContainer): Promise<void> {
    await this.clock.sleep(GATHER_MILLISECONDS);
    const polls = this.#waiting.get(container) ?? [];
    this.#waiting.delete(container);
    const closer = this.#pendingWith(container, polls) < WORTH_A_LISTING ? polls : await this.#pollTogether(container, polls);
    await inParallel(closer, MAX_PARALLEL_POLLS, NEVER_ABORTED, async (poll) => {
      await poll.closer().then(poll.resolve, poll.reject);
    });
  }

  /** Number of copies in the container that are pending, as far as is known. */
  #pendingWith(container: BlobContainer, polls: readonly Poll[]): number {
    const now = this.clock.now();
    const lookedAt = this.#polledAt.get(container) ?? new Map<string, number>();
    this.#polledAt.set(container, lookedAt);
    for (const [name, at] of lookedAt) if (now - at > STILL_PENDING_MILLISECONDS) lookedAt.delete(name);
    for (const { name } of polls) lookedAt.set(name, now);
    return lookedAt.size;
  }

  /** Returns the polls that the listing did not settle. */
  async #pollTogether(container: BlobContainer, polls: readonly Poll[]): Promise<readonly Poll[]> {
    const byName = new Map(polls.map((poll) => [poll.name, poll]));
    const unanswered = new Set(polls);
    const onListed = (blob: ListedBlob) => {
      const poll = byName.get(blob.name);
      if (poll === undefined || blob.details?.copy?.status !== "pending") return false;
      unanswered.delete(poll);
      poll.resolve(asListed(blob));
      return true;
    };
    const details = { copy: true };
    // If the caller may not list, each copy is inspected by itself, and that request reports any
    // trouble of the service.
    await listNames({ container, names: byName.keys(), details, signal: this.signal, onListed }).catch(() => undefined);
    return [...unanswered];
  }
}
