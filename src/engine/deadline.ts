import { setMaxListeners } from "node:events";
import { ExitCode } from "../process/exit-code";
import type { Clock } from "./clock";
import { CopyFailure } from "./copy-failure";

/** Time that an abort and a restore need while a credential still works. */
const EXPIRY_MARGIN_MILLISECONDS = 30_000;

/** One signal for all reasons why a copy must end before it is done: cancelled, timed out, credential about to expire. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #ended = new AbortController();

  constructor(
    private readonly clock: Clock,
    cancel: AbortSignal,
    timeoutMilliseconds: number,
  ) {
    // Every request and every pause of the run listens to it.
    setMaxListeners(0, this.#controller.signal, cancel);
    if (cancel.aborted) this.#controller.abort(cancel.reason);
    cancel.addEventListener("abort", () => this.#controller.abort(cancel.reason), { once: true, signal: this.#ended.signal });
    this.#endAfter(timeoutMilliseconds, () => timedOut(timeoutMilliseconds));
  }

  get stop(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the copy while the credential can still abort it. */
  endBefore(expiry: Date | undefined): void {
    if (expiry === undefined) return;
    this.#endAfter(expiry.getTime() - EXPIRY_MARGIN_MILLISECONDS - this.clock.now(), () => expired(expiry));
  }

  /** Ends everything else too when one copy has failed. */
  end(failure: CopyFailure): void {
    this.#controller.abort(failure);
  }

  /** Forgets the timers, so that the process can end. */
  dispose(): void {
    this.#ended.abort();
  }

  #endAfter(milliseconds: number, reason: () => CopyFailure): void {
    if (milliseconds <= 0) return this.#controller.abort(reason());
    this.clock.sleep(milliseconds, this.#ended.signal).then(
      () => this.#controller.abort(reason()),
      () => undefined,
    );
  }
}

function timedOut(milliseconds: number): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.TIMED_OUT,
    what: "The copy timed out",
    why: `it was not finished after ${milliseconds / 1000} seconds, its declared timeout`,
    remedy: "declare a longer timeout, or wait: false if nothing depends on the blob being complete",
  });
}

function expired(expiry: Date): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.NOT_AUTHORISED,
    what: "The destination's credential ends before the copy does",
    side: "destination",
    why: `its SAS expires at ${expiry.toISOString()}; afterwards the copy could neither be watched nor aborted`,
    remedy: "issue a SAS that outlives the copy, or use an identity",
  });
}
