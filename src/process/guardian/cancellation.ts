import { CopyFailure } from "../../failure/copy-failure";
import type { CancelReason } from "../cancel-reason";
import { ExitCode } from "../../failure/exit-code";

const WHY: Readonly<Record<CancelReason, string>> = {
  SIGINT: "the program was interrupted (SIGINT)",
  SIGTERM: "the program was asked to end (SIGTERM)",
  SIGHUP: "the terminal was closed (SIGHUP)",
  SIGQUIT: "the program was asked to quit (SIGQUIT)",
  SIGBREAK: "the program was interrupted (Ctrl-Break)",
  "starter-gone": "the process that had started the program was gone",
  "output-closed": "the program's output was no longer read",
  "launcher-gone": "Terraform, or another process that ran the program, ended it or was gone",
};

/** After these reasons, output no longer reaches a reader. SIGQUIT also ends Terraform at once. */
const UNDELIVERED: ReadonlySet<CancelReason> = new Set(["launcher-gone", "starter-gone", "output-closed", "SIGHUP", "SIGQUIT"]);

/** The one place where a cancellation becomes an aborted signal. The first reason counts. */
export class Cancellation {
  readonly #controller = new AbortController();
  #isUndelivered = false;

  /** @param verb for the advice that ends "again when you are ready" */
  constructor(private readonly verb: "deploy" | "run it" = "deploy") {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Whether the output of this run is no longer read, so that its outcome must be kept for the next
   * run.
   */
  get isUndelivered(): boolean {
    return this.#isUndelivered;
  }

  /**
   * Listeners of the signal run before this returns, so that the abort request is sent before
   * anything else.
   */
  readonly request = (reason: CancelReason): void => {
    if (UNDELIVERED.has(reason)) this.#isUndelivered = true;
    this.fail(
      new CopyFailure({
        exitCode: reason === "SIGTERM" ? ExitCode.TERMINATED : ExitCode.INTERRUPTED,
        what: `The run was cancelled before ${this.verb === "deploy" ? "its copies" : "it"} had finished`,
        why: WHY[reason],
        remedy: `${this.verb} again when you are ready`,
      }),
    );
  };

  /** Cancels because of a failure in the program itself. */
  fail(failure: CopyFailure): void {
    if (!this.signal.aborted) this.#controller.abort(failure);
  }
}
