import { writeFileSync } from "node:fs";
import { SERVICE_VERSION } from "../azure/rest/rest-client";
import { type Clock, systemClock } from "../engine/ports/clock";
import { CopyFailure } from "../failure/copy-failure";
import { explain } from "../failure/explain";
import { ExitCode } from "../failure/exit-code";
import { failureSentences } from "../failure/sentences";
import { redact } from "../util/secrets/redaction";
import { announce, LATEST_BEGIN, LATEST_END } from "./budget";
import type { Check } from "./lab/check";
import { type AccountUnderTest, Laboratory } from "./lab/laboratory";
import { type ConformanceReport, lineOf, totalOf, withoutAccounts } from "./report";
import { type CheckResult, runSuite } from "./run-suite";
import { SUITE } from "./suite";

export interface ConformanceOptions {
  readonly source: AccountUnderTest;
  readonly destination: AccountUnderTest;
  readonly environment: NodeJS.ProcessEnv;
  /** The file of the report. */
  readonly file: string;
  readonly program: string;
  /** Aborted, with a CopyFailure as its reason, when the run is interrupted. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  readonly clock?: Clock;
  readonly checks?: readonly Check[];
}

/**
 * The whole command: announces the cost, runs all checks, removes the containers that it made, and
 * writes the report. Returns the exit code.
 */
export async function conformance(options: ConformanceOptions): Promise<ExitCode> {
  const { source, destination, environment, clock = systemClock } = options;
  const print = (text: string) => options.print(redact(text));
  const notify = (notice: { readonly text?: string; readonly identity?: string }) =>
    print(notice.text ?? `Identity: ${notice.identity ?? ""}`);
  try {
    const lab = new Laboratory({ source, destination, environment, clock, notify });
    print(announce([source.blobEndpoint, destination.blobEndpoint], lab.containerNames));
    return await inContainers(lab, { ...options, print, clock });
  } catch (error) {
    const failure = explain(error, "The suite could not be run");
    print(failureSentences(failure));
    return failure.exitCode;
  }
}

async function inContainers(lab: Laboratory, options: ConformanceOptions & { readonly clock: Clock }): Promise<ExitCode> {
  const { print, signal } = options;
  let exitCode = ExitCode.COPY_FAILED;
  try {
    await lab.open();
    const results = await resultsOf(lab, options);
    const report = reportOf(lab, results, options);
    writeFileSync(options.file, `${JSON.stringify(report, null, 2)}\n`);
    print(`\n${totalOf(results)}. The report is in ${options.file}; it contains no account names and no secrets.`);
    if (results.every(({ verdict }) => verdict !== "fail")) exitCode = ExitCode.OK;
    if (signal.aborted) throw signal.reason;
    return exitCode;
  } finally {
    const left = await lab.close();
    print(
      left.length === 0 ? "The suite's containers are removed." : `These could not be removed, delete them by hand: ${left.join(", ")}.`,
    );
  }
}

/**
 * Returns a result for each check. Checks that are still in progress at the end of the time, or
 * when the run is interrupted, are not awaited.
 */
async function resultsOf(
  lab: Laboratory,
  { clock, signal, print, checks = SUITE }: ConformanceOptions & { readonly clock: Clock },
): Promise<readonly CheckResult[]> {
  const [begun, over] = [new AbortController(), new AbortController()];
  const results = new Map<string, CheckResult>();
  const onResult = (result: CheckResult) => {
    results.set(result.id, result);
    print(lineOf(result));
  };
  const timesUp = (async () => {
    await clock.sleep(LATEST_BEGIN, over.signal);
    begun.abort(tooSlow());
    await clock.sleep(LATEST_END - LATEST_BEGIN, over.signal);
  })();
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true, signal: over.signal });
  });
  const done = runSuite(lab, checks, { signal: AbortSignal.any([signal, begun.signal]), onResult });
  await Promise.race([done, timesUp, interrupted]).catch(() => undefined);
  done.catch(() => undefined);
  timesUp.catch(() => undefined);
  over.abort();
  return checks.map(({ id, says }) => results.get(id) ?? { id, says, verdict: "not applicable", text: "the run ended before it" });
}

function tooSlow(): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.TIMED_OUT,
    what: "The suite took too long",
    why: "five minutes are over",
    remedy: "run it nearer to the accounts",
  });
}

function reportOf(
  lab: Laboratory,
  results: readonly CheckResult[],
  { source, destination, program, clock = systemClock }: ConformanceOptions,
): ConformanceReport {
  return {
    program,
    serviceVersion: SERVICE_VERSION,
    at: new Date(clock.now()).toISOString(),
    accounts: lab.hasTwoAccounts ? "two" : "one",
    results: withoutAccounts(results, [
      [source.blobEndpoint, "the source"],
      [destination.blobEndpoint, "the destination"],
    ]),
  };
}
