import { conformance, type ConformanceOptions } from "./conformance/conformance";
import { CopyFailure } from "./failure/copy-failure";
import { ExitCode } from "./failure/exit-code";
import { thisPlatform } from "./util/platform/platform";

/** The command `conformance`. It is a separate file in the package, so no deploy loads it. */
export async function runConformance(options: Omit<ConformanceOptions, "signal">): Promise<ExitCode> {
  const interruption = new AbortController();
  const interrupt = () => {
    if (interruption.signal.aborted) options.print("The containers are being removed, which takes a moment.");
    interruption.abort(interrupted());
  };
  for (const signal of thisPlatform.cancelSignals) process.on(signal, interrupt);
  try {
    return await conformance({ ...options, signal: interruption.signal });
  } finally {
    for (const signal of thisPlatform.cancelSignals) process.off(signal, interrupt);
  }
}

function interrupted(): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.INTERRUPTED,
    what: "The suite was interrupted",
    why: "it received a signal to end",
    remedy: "run it again to try what is missing in its report",
  });
}
