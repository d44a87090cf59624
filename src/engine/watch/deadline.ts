import { setMaxListeners } from "node:events";
import { ExitCode } from "../../failure/exit-code";
import type { CredentialHolder, Renew } from "../ports/credential-holder";
import type { Clock } from "../ports/clock";
import { CopyFailure } from "../../failure/copy-failure";
import { defined } from "../../util/defined";
import { timedOut, type Trouble } from "../../failure/timed-out";

/** Time that an abort and a restore need while the credential still works. */
const EXPIRY_MARGIN_MILLISECONDS = 30_000;
/**
 * A token with a short life has a margin that is a share of that life: a new token follows, so the
 * copy need not end early.
 */
const MARGIN_SHARE = 1 / 4;
/** Time before the margin in which the renewal of a credential is requested again and again. */
const RENEWAL_MILLISECONDS = 60_000;
const RENEWAL_PAUSE_MILLISECONDS = 5_000;
const RENEWAL_PAUSE_SHARE = 1 / 8;
/** For a machine that slept when it should have renewed: its network also has to come back. */
const WAKING_MILLISECONDS = 60_000;
/** For the notes to the next run, while the service may not respond at all. */
const FINAL_MESSAGES_MILLISECONDS = 20_000;

/**
 * One signal for all reasons why a copy must end before it is done: cancelled, timed out,
 * credential about to expire.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #last = new AbortController();
  readonly #ended = new AbortController();

  constructor(
    private readonly clock: Clock,
    cancel: AbortSignal,
    timeoutMilliseconds: number,
    /** Part of the timeout that earlier runs of the same copy have used. */
    elapsedMilliseconds = 0,
    /** Called when the timeout is over. */
    trouble: () => Trouble | undefined = () => undefined,
  ) {
    // Every request and every pause of the run listens to these signals.
    setMaxListeners(0, this.#controller.signal, this.#last.signal, cancel);
    const endLast = () => this.#after(FINAL_MESSAGES_MILLISECONDS, () => this.#last.abort(this.stop.reason));
    this.stop.addEventListener("abort", endLast, { once: true, signal: this.#ended.signal });
    if (cancel.aborted) this.#controller.abort(cancel.reason);
    cancel.addEventListener("abort", () => this.#controller.abort(cancel.reason), { once: true, signal: this.#ended.signal });
    this.#endAfter(timeoutMilliseconds - elapsedMilliseconds, () => timedOut("copy", timeoutMilliseconds, trouble()));
  }

  get stop(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborted a while after {@link stop}: for writes that must still be tried then. */
  get lastStop(): AbortSignal {
    return this.#last.signal;
  }

  /** Ends the copy while the destination's credential can still abort it. */
  endBefore(destination: CredentialHolder): void {
    const { credentialExpiresOn: expiry, renewCredential } = destination;
    if (renewCredential !== undefined) void this.#endUnlessRenewed(destination, renewCredential);
    else if (expiry !== undefined) this.#endAfter(this.#timeLeft(expiry), () => expired(expiry, "its SAS expires"));
  }

  async #endUnlessRenewed(destination: CredentialHolder, renew: Renew): Promise<void> {
    let [known, life]: [number | undefined, number] = [undefined, Infinity];
    let failure: unknown;
    let wakingUntil = Number.NEGATIVE_INFINITY;
    while (!this.#ended.signal.aborted) {
      const expiry = destination.credentialExpiresOn;
      if (expiry !== undefined && expiry.getTime() !== known) {
        known = expiry.getTime();
        failure = undefined;
        life = Math.max(0, known - this.clock.now());
      }
      // The expiry is unknown before the first request.
      const left = expiry === undefined ? RENEWAL_MILLISECONDS : this.#timeLeft(expiry, life * MARGIN_SHARE);
      if (expiry !== undefined && left <= 0 && this.clock.now() >= wakingUntil) {
        this.#controller.abort(notRenewed(expiry, failure));
        return;
      }
      const isDue = expiry !== undefined && left <= RENEWAL_MILLISECONDS;
      if (isDue) renew((error) => (failure = error));
      const between = Math.min(RENEWAL_PAUSE_MILLISECONDS, life * RENEWAL_PAUSE_SHARE);
      const untilMargin = left > 0 ? Math.min(left, between) : between;
      const pause = left <= RENEWAL_MILLISECONDS ? untilMargin : left - RENEWAL_MILLISECONDS;
      const due = this.clock.now() + pause;
      await this.clock.sleep(pause, this.#ended.signal).catch(() => undefined);
      if (this.clock.now() > due + between) wakingUntil = this.clock.now() + WAKING_MILLISECONDS;
    }
  }

  #timeLeft(expiry: Date, margin = Infinity): number {
    return expiry.getTime() - Math.min(EXPIRY_MARGIN_MILLISECONDS, margin) - this.clock.now();
  }

  /** Ends all other work too when one copy has failed. */
  end(failure: CopyFailure): void {
    this.#controller.abort(failure);
  }

  /** Cancels the timers, so that the process can end. */
  dispose(): void {
    this.#ended.abort();
  }

  #endAfter(milliseconds: number, reason: () => CopyFailure): void {
    if (milliseconds <= 0) this.#controller.abort(reason());
    else this.#after(milliseconds, () => this.#controller.abort(reason()));
  }

  #after(milliseconds: number, callBack: () => void): void {
    this.clock.sleep(milliseconds, this.#ended.signal).then(callBack, () => undefined);
  }
}

/** The remedy is that of the failed sign-in. */
function notRenewed(expiry: Date, failure: unknown): CopyFailure {
  const end = expired(expiry, "its token could not be renewed and expires");
  if (!(failure instanceof CopyFailure)) return end;
  const { why, what, side, exitCode } = end;
  return new CopyFailure({ exitCode, what, ...defined({ side }), why: `${failure.what}: ${failure.why}; ${why}`, remedy: failure.remedy });
}

function expired(expiry: Date, what: string): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: "The destination's credential ends before the copy does",
    side: "destination",
    why: `${what} at ${expiry.toISOString()}; afterwards the copy could neither be watched nor aborted`,
    remedy: "issue a SAS that outlives the copy, or use an identity that stays signed in for as long",
  });
}
