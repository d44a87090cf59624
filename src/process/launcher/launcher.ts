import type { CancelReason } from "../cancel-reason";
import type { GuardianRequest } from "../channel";
import { ExitCode } from "../../failure/exit-code";
import { parentProcess } from "../../util/platform/parent-process";
import { guardianEnvironment, type GuardianMode, type GuardianSettings } from "../environment";
import { type GuardianEnd, type GuardianProcess, joinGuardian, startGuardian, type Surroundings } from "./guardian-process";
import { Rendezvous } from "../rendezvous";
import { watchParent } from "./parent-watch";

export interface LaunchOptions extends GuardianSettings, Surroundings {
  /** Absolute path of the guardian's program. */
  readonly guardianProgram: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The launcher's whole life: finds or starts the guardian, relays its output, tells it when the run
 * is cancelled, and returns its exit code. The launcher decides nothing about copies, because
 * Terraform gives it no time: it is killed 4 ms after Ctrl-C.
 */
export async function launch(options: LaunchOptions): Promise<number> {
  let guardian: GuardianProcess | undefined;
  let cancelled: CancelReason | undefined;
  const endWatch = watchParent(options.output, {
    cancel: (reason) => {
      cancelled ??= reason;
      guardian?.cancel(reason);
    },
    leave: (signal) => process.exit(exitCodeOf(signal)),
  });
  try {
    if (parentProcess().wasGone) {
      print(options, "not-begun", "Nothing was started: the process that had started the program was already gone.", "Run it again.");
      return ExitCode.INTERRUPTED;
    }
    guardian = await engage(options);
    if (cancelled) guardian.cancel(cancelled);
    const end = await guardian.ended;
    if (!("lost" in end)) return end.exitCode;
    if (options.mode !== "apply") {
      print(options, LOST, `The ${options.mode} was not finished: its process was lost, ${end.lost}.`, "Run it again.");
      return ExitCode.COPY_FAILED;
    }
    guardian = startGuardian(requestOf(options, "recover"), options);
    // The replacement only rolls back. It needs to know that its output is not read, so that it
    // leaves an undelivered message.
    if (cancelled) guardian.cancel(cancelled);
    return endOfReplacement(options, end.lost, await guardian.ended);
  } finally {
    endWatch();
  }
}

/**
 * Returns the guardian that an earlier launcher of the same parent started. Otherwise starts one,
 * which may then serve later launchers.
 */
async function engage(options: LaunchOptions): Promise<GuardianProcess> {
  const request = requestOf(options, options.mode);
  const start = (own: GuardianRequest) => startGuardian(own, options);
  // By hand, there is one run at a time.
  const rendezvous = options.intentFile === undefined ? Rendezvous.of(parentProcess().pid) : undefined;
  const found = await rendezvous?.find();
  if (rendezvous === undefined || found === undefined) return start(request);
  if (found === "first") return start({ ...request, rendezvous: rendezvous.path });
  return (await joinGuardian(found, request, options.output)) ?? start(request);
}

function requestOf(options: LaunchOptions, mode: GuardianMode): GuardianRequest {
  return { program: options.guardianProgram, environment: guardianEnvironment(options.environment, { ...options, mode }) };
}

/**
 * A committed copy is complete, and Terraform can read its results. That is not a failure, even if
 * a replacement had to clean up.
 */
function endOfReplacement(options: LaunchOptions, lost: string, replacement: GuardianEnd): ExitCode {
  if (!("lost" in replacement) && replacement.exitCode === 0 && replacement.wasCommitted === true) {
    const what = `The guardian process was lost, ${lost}, after everything was copied and the results were safe.`;
    print(options, LOST, what, "A replacement has cleaned up the rest.", "warn");
    return ExitCode.OK;
  }
  printReplacement(options, lost, replacement);
  return ExitCode.COPY_FAILED;
}

function printReplacement(options: LaunchOptions, lost: string, replacement: GuardianEnd): void {
  const what = `The copy failed: the guardian process was lost, ${lost}.`;
  if ("lost" in replacement) {
    print(
      options,
      LOST,
      what,
      `The process that should have rolled back was lost too, ${replacement.lost}. Run the deploy again: it starts with that rollback.`,
    );
  } else if (replacement.exitCode === 0) {
    print(
      options,
      LOST,
      what,
      "A replacement has rolled back its unfinished copies; copies that were complete by then stay, as shown above. If the system ran out of memory, give it more; then run the deploy again.",
    );
  } else {
    print(
      options,
      LOST,
      what,
      "Its replacement could not roll back everything, see above. Run the deploy again: it starts with that rollback.",
    );
  }
}

const LOST = "guardian-lost";

/** Prints one of the launcher's own few messages, in the same format as all others. */
function print(
  options: LaunchOptions,
  event: typeof LOST | "not-begun",
  what: string,
  remedy: string,
  level: "error" | "warn" = "error",
): void {
  const line =
    options.logFormat === "json" ? JSON.stringify({ time: new Date().toISOString(), level, event, what, remedy }) : `${what} ${remedy}`;
  options.output.write(`${line}\n`);
}

function exitCodeOf(signal: CancelReason): ExitCode {
  return signal === "SIGTERM" ? ExitCode.TERMINATED : ExitCode.INTERRUPTED;
}
