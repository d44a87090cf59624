import type { EventSink } from "../report/events";
import type { SourceObject } from "./blob-store";
import type { Clock } from "./clock";

/** The longest finite lease that the service gives: what a killed process leaves behind is gone after it. */
const LEASE_SECONDS = 60;
const RENEW_AFTER_MILLISECONDS = 20_000;

/** A finite lease on the source, renewed until it is released. */
export class SourceLease {
  readonly #renewal = new AbortController();

  private constructor(
    private readonly source: SourceObject,
    private readonly leaseId: string,
  ) {}

  /** Lease Blob (acquire). */
  static async acquire(source: SourceObject, clock: Clock, emit: EventSink, stop: AbortSignal): Promise<SourceLease> {
    const lease = new SourceLease(source, await source.acquireLease(LEASE_SECONDS, { signal: stop }));
    void lease.#keepRenewed(clock, emit);
    return lease;
  }

  async #keepRenewed(clock: Clock, emit: EventSink): Promise<void> {
    const { signal } = this.#renewal;
    while (!signal.aborted) {
      try {
        await clock.sleep(RENEW_AFTER_MILLISECONDS, signal);
        await this.source.renewLease(this.leaseId, { signal });
      } catch (error) {
        if (signal.aborted) return;
        emit({ type: "warning", text: `${this.source.url}: its lease could not be renewed (${String(error)}); the ETag still guards the copy` });
      }
    }
  }

  /** Lease Blob (release); a lease that cannot be given back ends by itself within its term. */
  async release(): Promise<void> {
    this.#renewal.abort();
    await this.source.releaseLease(this.leaseId).catch(() => undefined);
  }
}
