import { createBlobStore } from "./azure/create-blob-store";
import { systemClock } from "./engine/clock";
import type { CopyFailure } from "./engine/copy-failure";
import { explain } from "./engine/explain";
import { CANCEL_SIGNALS } from "./process/cancel-reason";
import { Cancellation } from "./process/cancellation";
import { listenForCancel } from "./process/control-pipe";
import { ExitCode } from "./process/exit-code";
import { sayFinalWord } from "./process/final-word";
import { GuardianClaim } from "./process/guardian-claim";
import { readGuardianEnvironment } from "./process/guardian-environment";
import { GuardianOutput } from "./process/guardian-output";
import { type GuardianTask, planTask, secretVariables } from "./process/guardian-task";
import { LastWords } from "./process/last-words";
import { limitLifetime } from "./process/lifetime";
import { OutcomeRecord } from "./process/outcome-record";
import { readIntent } from "./process/read-intent";
import { watchForStartersEnd } from "./process/starter-end";
import { StateDirectory } from "./process/state-directory";
import { createReporter } from "./report/create-reporter";
import type { CopyEvent } from "./report/events";
import { createRedact } from "./report/redact";

/** The reporter is asked this often whether a sign of life is due. */
const TICK_MILLISECONDS = 500;
/** For the launcher to take the last lines. */
const FLUSH_MILLISECONDS = 5_000;

const cancellation = new Cancellation();
const settings = readGuardianEnvironment(process.env);
const state = new StateDirectory(settings.stateDirectory);
const claim = new GuardianClaim(state);
const output = new GuardianOutput(process.stdout);
let redact = createRedact(process.env);
const print = (text: string) => output.print(redact(text));
const reporter = createReporter(print, { format: settings.logFormat, terminalWidth: settings.terminalWidth, now: () => systemClock.now() });
const record = new OutcomeRecord();
const emit = (event: CopyEvent) => {
  record.observe(event);
  reporter.tell(event);
};
let task: GuardianTask | undefined;

/** Resolves with the failure, if there was one. */
async function work(): Promise<CopyFailure | undefined> {
  try {
    const json = readIntent(process.env);
    redact = createRedact(process.env, secretVariables(json));
    const store = createBlobStore({ environment: process.env });
    task = planTask(settings.mode, json, {
      ...settings,
      store,
      clock: systemClock,
      state,
      claim,
      cancel: cancellation.signal,
      emit,
      print,
      printed: () => output.flush(FLUSH_MILLISECONDS),
    });
    const { limits } = task;
    const overrun = new Promise<never>((_, reject) => void limitLifetime(cancellation, limits, reject));
    await Promise.race([task.run(), overrun]);
    return undefined;
  } catch (error) {
    return explain(error, `The ${settings.mode} failed`);
  }
}

/** Tells how it ended, to whoever is there or else to the next run, and ends the process whatever is still open. */
async function end(failure: CopyFailure | undefined): Promise<never> {
  if (failure) emit({ type: "run-failed", ...failureFields(failure) });
  reporter.end();
  // A cancellation that came too late changed nothing, and Terraform, if it is there, goes on as after any other run.
  const isHeard = (await output.flush(FLUSH_MILLISECONDS)) && !(failure && cancellation.isUnheard);
  if (!isHeard && task) leaveLastWords(task.lastWordsAbout, failure);
  claim.release();
  const exitCode = failure?.exitCode ?? ExitCode.OK;
  sayFinalWord(exitCode);
  process.exit(exitCode);
}

function leaveLastWords(destinations: readonly string[], failure: CopyFailure | undefined): void {
  const words = new LastWords(state);
  for (const word of record.lastWords(destinations, failure, systemClock.now())) words.leave({ ...word, text: redact(word.text) });
}

function failureFields({ exitCode, what, side, why, remedy }: CopyFailure) {
  return { exitCode, what, ...(side === undefined ? {} : { side }), why, remedy };
}

listenForCancel(process.stdin, cancellation.request);
watchForStartersEnd(settings.starter, () => cancellation.request("starter-gone"));
for (const signal of CANCEL_SIGNALS) process.on(signal, cancellation.request);
process.on("uncaughtException", (error) => cancellation.fail(explain(error, "The program ran into an error of its own")));
setInterval(() => reporter.tick(), TICK_MILLISECONDS);
// Whatever goes wrong while ending: without a final word the launcher takes this guardian for lost, and acts on it.
void work()
  .then(end)
  .catch(() => process.exit(ExitCode.COPY_FAILED));
