import type { Duplex } from "node:stream";
import { createBlobStore } from "../azure/create-blob-store";
import type { Tokens } from "../azure/identity/tokens";
import { systemClock } from "../engine/ports/clock";
import type { CopyFailure } from "../failure/copy-failure";
import { explain } from "../failure/explain";
import { createReporter } from "../report/live/create-reporter";
import { defined } from "../util/defined";
import type { CopyEvent } from "../engine/ports/events";
import { LogFile } from "../report/files/log-file";
import { createRedact } from "../report/redact";
import type { Reporter } from "../report/live/reporter";
import { Cancellation } from "../process/guardian/cancellation";
import { lineOf, type SessionEnd } from "../process/channel";
import { ExitCode } from "../failure/exit-code";
import { GuardianLock } from "../state/guardian-lock";
import { type GuardianMode, readGuardianEnvironment } from "../process/environment";
import type { GuardianSession } from "../process/guardian/host";
import { GuardianOutput } from "../process/guardian/output";
import { planTask } from "./plan-task";
import { secretVariables } from "../process/variables-of-intent";
import type { GuardianTask } from "./tasks/task";
import { UndeliveredMessages } from "../state/undelivered-messages";
import { limitLifetime } from "../process/guardian/lifetime";
import { OutcomeRecord } from "./outcome-record";
import { readIntent } from "../process/read-intent";
import { watchTerraform } from "../process/guardian/terraform-watch";
import { StateDirectory } from "../state/state-directory";

/** The interval at which the reporters may print a sign of life. */
const TICK_MILLISECONDS = 500;
/** Time for the launcher to pass on the last lines. */
const FLUSH_MILLISECONDS = 5_000;
const LOG_FILE_MILLISECONDS = 1_000;
const DEPLOYING: ReadonlySet<GuardianMode> = new Set<GuardianMode>(["apply", "destroy", "recover"]);

/** A guardian's work for one launcher, from `go` to the exit code. */
export class CopySession implements GuardianSession {
  readonly cancellation: Cancellation;
  readonly #settings: ReturnType<typeof readGuardianEnvironment>;
  readonly #state: StateDirectory;
  readonly #lock: GuardianLock;
  readonly #output: GuardianOutput;
  readonly #reporters: Reporter[];
  #logFile: LogFile | undefined;
  /** Construct path. Several copies may write to one log file. */
  #owner = "";
  readonly #record = new OutcomeRecord();
  #redact: (text: string) => string;
  #task: GuardianTask | undefined;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly tokens: Tokens,
    launcher: Duplex,
  ) {
    this.#settings = readGuardianEnvironment(environment);
    this.cancellation = new Cancellation(DEPLOYING.has(this.#settings.mode) ? "deploy" : "run it");
    this.#state = new StateDirectory(this.#settings.stateDirectory, this.#settings.receiptId === undefined ? "by hand" : "Terraform");
    this.#lock = new GuardianLock(this.#state);
    this.#output = new GuardianOutput(launcher);
    this.#redact = createRedact(environment);
    const { logFormat, terminalWidth } = this.#settings;
    const now = () => systemClock.now();
    this.#reporters = [createReporter(this.#print, { format: logFormat, terminalWidth, now })];
    this.#openLogFile();
  }

  /**
   * Resolves with the outcome after everything else was delivered to the launcher, or kept for the
   * next run.
   */
  async run(): Promise<SessionEnd> {
    const ticks = setInterval(() => this.#reporters.forEach((reporter) => reporter.tick()), TICK_MILLISECONDS);
    const endWatch = watchTerraform(this.#settings.parent, () => this.cancellation.request("starter-gone"));
    const { environment, tokens } = this;
    const { workingDirectory } = this.#settings;
    const store = createBlobStore({ environment, tokens, workingDirectory, notify: this.#emit });
    try {
      return await this.#end(await this.#work(store));
    } finally {
      store.close();
      endWatch();
      clearInterval(ticks);
      await this.#logFile?.close(LOG_FILE_MILLISECONDS);
    }
  }

  acknowledge(isHeard: boolean): void {
    this.#output.acknowledge(isHeard);
  }

  #openLogFile(): void {
    const { logFile: path, logFormat: format } = this.#settings;
    if (path === undefined) return;
    const now = () => systemClock.now();
    const file = new LogFile(path, (why) =>
      this.#emit({ type: "warning", text: `BLOB_COPY_LOG_FILE ${path} cannot be written, so nothing is logged there: ${why}` }),
    );
    const beginning = () => (format === "json" ? "" : `${new Date(now()).toISOString()} ${this.#owner}: `);
    this.#reporters.push(
      createReporter((text) => file.print(this.#redact(`${beginning()}${text}`)), { format, terminalWidth: undefined, now }),
    );
    this.#logFile = file;
  }

  readonly #print = (text: string): void => this.#output.print(lineOf({ print: this.#redact(text) }));

  readonly #emit = (event: CopyEvent): void => {
    this.#record.observe(event);
    for (const reporter of this.#reporters) reporter.report(event);
  };

  /** Resolves with the failure, if there was one. */
  async #work(store: ReturnType<typeof createBlobStore>): Promise<CopyFailure | undefined> {
    let liftLimits = (): void => undefined;
    try {
      const json = readIntent(this.environment);
      this.#owner = ownerIn(json);
      this.#redact = createRedact(this.environment, secretVariables(json));
      const task = planTask(this.#settings.mode, json, {
        ...this.#settings,
        store,
        clock: systemClock,
        state: this.#state,
        lock: this.#lock,
        signal: this.cancellation.signal,
        emit: this.#emit,
        print: this.#print,
        printed: () => this.#output.flush(FLUSH_MILLISECONDS),
      });
      this.#task = task;
      const overrun = new Promise<never>(
        (_, reject) => (liftLimits = limitLifetime(this.cancellation, task.limits, reject, () => store.trouble?.())),
      );
      await Promise.race([task.run(), overrun]);
      return undefined;
    } catch (error) {
      return explain(error, `The ${this.#settings.mode} failed`);
    } finally {
      liftLimits();
    }
  }

  async #end(failure: CopyFailure | undefined): Promise<SessionEnd> {
    if (failure) this.#emit({ type: "run-failed", ...failureFields(failure) });
    // A task that was cancelled, or took too long, may continue for a moment. Its events are not
    // reported after the end.
    for (const reporter of this.#reporters.splice(0)) reporter.end();
    // A cancellation that came too late changed nothing. If Terraform is still there, it continues
    // as after any other run.
    const isHeard = (await this.#output.isHeard(lineOf("all-told"), FLUSH_MILLISECONDS)) && !(failure && this.cancellation.isUndelivered);
    if (!isHeard && this.#task) this.#keepUndelivered(this.#task.undeliveredAbout, failure);
    // Before the run counts as settled: otherwise the next run could find the lock of a process
    // that is gone.
    this.#lock.release();
    if (isHeard && !failure) this.#task?.heard?.();
    return { exitCode: failure?.exitCode ?? ExitCode.OK, ...defined({ wasCommitted: this.#task?.wasCommitted?.() }) };
  }

  #keepUndelivered(destinations: readonly string[], failure: CopyFailure | undefined): void {
    const words = new UndeliveredMessages(this.#state);
    for (const word of this.#record.undeliveredMessages(destinations, failure, systemClock.now()))
      words.leave({ ...word, text: this.#redact(word.text) });
  }
}

function ownerIn(json: unknown): string {
  const owner: unknown = typeof json === "object" && json !== null && "owner" in json ? json.owner : "";
  return typeof owner === "string" ? owner : "";
}

function failureFields({ exitCode, what, side, why, remedy }: CopyFailure) {
  return { exitCode, what, ...(side === undefined ? {} : { side }), why, remedy };
}
