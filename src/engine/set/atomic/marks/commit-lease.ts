import type { Clock } from "../../../ports/clock";
import type { DestinationBlob } from "../../../ports/blob-store";
import { ServiceError } from "../../../../failure/service-error";

/** The longest finite lease of the service: a killed run holds its mark no longer than this. */
const LEASE_SECONDS = 60;
const RENEW_AFTER_MILLISECONDS = 15_000;
/** From here on a request could arrive after the lease has expired. */
const MAX_AGE_MILLISECONDS = 40_000;
const RETRY_AFTER_MILLISECONDS = 2_000;
/** A holder that is dead has lost its lease after this. */
const MAX_WAIT_MILLISECONDS = (LEASE_SECONDS + 5) * 1_000;
const POLL_MILLISECONDS = 5_000;

/**
 * A finite lease on the mark of a commit, renewed until it is released. The run that commits holds it; a run that wants to
 * undo that commit must get it first, and so proves that the other one is dead.
 */
export class CommitLease {
  readonly #ended = new AbortController();
  #isLost = false;
  #renewedAt: number;
  #puttingBack: Promise<void> | undefined;

  private constructor(
    private readonly mark: DestinationBlob,
    private readonly options: CommitLeaseOptions,
  ) {
    this.#renewedAt = options.clock.now();
  }

  /** Lease Blob (acquire). undefined: another run holds it, and has renewed it for as long as a dead one could not. */
  static async acquire(
    mark: DestinationBlob,
    options: CommitLeaseOptions,
    retryPolicy = MAX_WAIT_MILLISECONDS,
  ): Promise<CommitLease | undefined> {
    const { leaseId, clock, signal, onWait } = options;
    const giveUpAt = clock.now() + retryPolicy;
    for (let tries = 1; ; tries++) {
      try {
        await mark.acquireLease(leaseId, LEASE_SECONDS, { signal });
        const lease = new CommitLease(mark, options);
        void lease.#keepRenewed();
        return lease;
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== "LeaseAlreadyPresent") throw error;
        if (clock.now() >= giveUpAt) return undefined;
      }
      if (tries === 1) onWait();
      await clock.sleep(POLL_MILLISECONDS, signal);
    }
  }

  get leaseId(): string {
    return this.options.leaseId;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** It was not renewed for so long, as on a machine that slept, that another run may have it. */
  get isInDoubt(): boolean {
    return this.#isLost || this.options.clock.now() - this.#renewedAt > MAX_AGE_MILLISECONDS;
  }

  /** Lease Blob (renew), now: whether no other run can have taken this one for dead. */
  async confirm(): Promise<boolean> {
    if (this.#isLost) return false;
    try {
      await this.#renew(this.options.signal);
    } catch (error) {
      if (!isTakenAway(error)) throw error;
      this.#lose();
    }
    return !this.#isLost;
  }

  /** Lease Blob (release), unless the mark is deleted anyway. */
  async release(): Promise<void> {
    this.end();
    await this.mark.releaseLease(this.leaseId).catch(() => undefined);
  }

  /** Renews it no more. */
  end(): void {
    this.#ended.abort();
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const sentAt = this.options.clock.now();
    try {
      await this.mark.renewLease(this.leaseId, { signal });
    } catch (error) {
      // No other run could lease it yet, so it was not the end of one that undid this commit.
      if (!isGone(error) || this.isInDoubt) throw error;
      await (this.#puttingBack ??= this.#putBack(error));
    }
    this.#renewedAt = sentAt;
  }

  async #putBack(gone: unknown): Promise<void> {
    try {
      if (!(await this.options.putBack())) throw gone;
      await this.mark.acquireLease(this.leaseId, LEASE_SECONDS, {});
    } finally {
      this.#puttingBack = undefined;
    }
  }

  async #keepRenewed(): Promise<void> {
    const { signal } = this.#ended;
    for (let pause = RENEW_AFTER_MILLISECONDS; !this.#isLost;) {
      try {
        await this.options.clock.sleep(pause, signal);
        await this.#renew(signal);
        pause = RENEW_AFTER_MILLISECONDS;
      } catch (error) {
        if (signal.aborted) return;
        if (isTakenAway(error)) return this.#lose();
        // The network is gone for a while; nobody can have taken it before it expires.
        pause = RETRY_AFTER_MILLISECONDS;
      }
    }
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.end();
    this.options.onLost();
  }
}

export interface CommitLeaseOptions {
  /** The run's own, chosen and noted before the lease is asked for. */
  readonly leaseId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Another run holds it; it is waited for. */
  readonly onWait: () => void;
  /** Another run has taken it: it undoes what this one has committed. */
  readonly onLost: () => void;
  /** Somebody deleted the mark while this run held its lease: writes it again. False where there is nothing to write. */
  readonly putBack: () => Promise<boolean>;
}

function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 404;
}

/** The mark is gone, or another run has leased or written it. */
function isTakenAway(error: unknown): boolean {
  return error instanceof ServiceError && [404, 409, 412].includes(error.status);
}
