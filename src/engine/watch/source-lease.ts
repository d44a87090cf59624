import type { EventSink } from "../ports/events";
import type { SourceObject } from "../ports/blob-store";
import type { Clock } from "../ports/clock";
import { inTime } from "../recovery/in-time";
import { ServiceError } from "../../failure/service-error";

/**
 * The service's longest finite lease. One that a killed process leaves behind ends after this time.
 */
const LEASE_SECONDS = 60;
const RENEW_AFTER_MILLISECONDS = 20_000;
/**
 * A run that was killed shortly before can still hold a lease on the source, which ends by itself.
 */
const OTHERS_TERM_MILLISECONDS = (LEASE_SECONDS + 5) * 1_000;
const TRY_AGAIN_AFTER_MILLISECONDS = 5_000;

/** A finite lease on the source, renewed until it is released. */
export class SourceLease {
  readonly #renewal = new AbortController();

  private constructor(
    private readonly source: SourceObject,
    private readonly leaseId: string,
    private readonly clock: Clock,
  ) {}

  /** Lease Blob (acquire). */
  static async acquire(source: SourceObject, clock: Clock, emit: EventSink, stop: AbortSignal): Promise<SourceLease> {
    const giveUpAt = clock.now() + OTHERS_TERM_MILLISECONDS;
    for (let tries = 1; ; tries++) {
      try {
        const lease = new SourceLease(source, await source.acquireLease(LEASE_SECONDS, { signal: stop }), clock);
        void lease.#keepRenewed(emit);
        return lease;
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== "LeaseAlreadyPresent" || clock.now() >= giveUpAt) throw error;
      }
      if (tries === 1)
        emit({
          type: "warning",
          text: `${source.url} is leased by another client: waiting for a minute, as an earlier run may have left the lease`,
        });
      await clock.sleep(TRY_AGAIN_AFTER_MILLISECONDS, stop);
    }
  }

  async #keepRenewed(emit: EventSink): Promise<void> {
    const { signal } = this.#renewal;
    for (;;) {
      try {
        await this.clock.sleep(RENEW_AFTER_MILLISECONDS, signal);
        await this.source.renewLease(this.leaseId, { signal });
      } catch (error) {
        if (signal.aborted) return;
        emit({
          type: "warning",
          text: `${this.source.url}: its lease could not be renewed (${String(error)}); the ETag still guards the copy`,
        });
      }
    }
  }

  /** Lease Blob (release). If that fails, the lease ends by itself within its term. */
  async release(): Promise<void> {
    this.#renewal.abort();
    await inTime(this.clock, (signal) => this.source.releaseLease(this.leaseId, { signal })).catch(() => undefined);
  }
}
