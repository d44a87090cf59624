import { CopyFailure } from "../../../../failure/copy-failure";
import { ExitCode } from "../../../../failure/exit-code";
import type { Clock } from "../../../ports/clock";
import type { DestinationBlob } from "../../../ports/blob-store";
import { ServiceError } from "../../../../failure/service-error";

/** The longest finite lease of the service. A killed run holds its mark no longer than this. */
const LEASE_SECONDS = 60;
const RENEW_AFTER_MILLISECONDS = 15_000;
/** If the lease is older than this, a request could arrive after it has expired. */
const MAX_AGE_MILLISECONDS = 40_000;
const RETRY_AFTER_MILLISECONDS = 2_000;
/** After this time a dead holder has lost its lease. */
const MAX_WAIT_MILLISECONDS = (LEASE_SECONDS + 5) * 1_000;
const POLL_MILLISECONDS = 5_000;

/**
 * A finite lease on the mark of a commit, renewed until it is released. The run that commits holds
 * it. A run that wants to undo that commit must acquire the lease first, which proves that the
 * other run is dead.
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

  /**
   * Lease Blob (acquire). Returns undefined if another run still holds the lease after the wait; by
   * default, a dead run would have lost it by then.
   */
  static async acquire(
    mark: DestinationBlob,
    options: CommitLeaseOptions,
    maxWaitMilliseconds = MAX_WAIT_MILLISECONDS,
  ): Promise<CommitLease | undefined> {
    const { leaseId, clock, signal, onWait } = options;
    const giveUpAt = clock.now() + maxWaitMilliseconds;
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

  /**
   * The lease was not renewed in time, for example because the machine slept: another run may have
   * it.
   */
  get isInDoubt(): boolean {
    return this.#isLost || this.options.clock.now() - this.#renewedAt > MAX_AGE_MILLISECONDS;
  }

  /**
   * Lease Blob (renew), at once. Returns true if no other run can have considered this one dead.
   */
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

  /** Lease Blob (release). A mark that is deleted does not need it. */
  async release(): Promise<void> {
    this.end();
    await this.mark.releaseLease(this.leaseId).catch(() => undefined);
  }

  /** Stops the renewal. */
  end(): void {
    this.#ended.abort();
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const sentAt = this.options.clock.now();
    try {
      await this.mark.renewLease(this.leaseId, { signal });
    } catch (error) {
      // The lease cannot have expired, so no other run has undone this commit and deleted the mark.
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
        // The network is down for a while. No other run can acquire the lease before it expires.
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
  /** This run's own id, chosen and noted before the lease is requested. */
  readonly leaseId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before the wait for a lease that another run holds. */
  readonly onWait: () => void;
  /** Called when another run has taken the lease: it undoes the commits of this run. */
  readonly onLost: () => void;
  /**
   * Writes the mark again when another client has deleted it under this run's lease. Returns false
   * if there is nothing to write.
   */
  readonly putBack: () => Promise<boolean>;
}

function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.status === 404;
}

/** The mark was deleted, or another run has leased or written it. */
function isTakenAway(error: unknown): boolean {
  return error instanceof ServiceError && [404, 409, 412].includes(error.status);
}

/** Failure of a run that another run considers dead, for example because its machine slept. */
export function undoneByAnother(place: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.COPY_FAILED,
    what: "Another run of this copy set considers this one lost and undoes it",
    side: "destination",
    why: `the lease of ${place} was not renewed for a minute, for example because the machine was asleep or had no network`,
    remedy: "deploy again when that run is over",
  });
}
