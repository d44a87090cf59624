import { CopyFailure } from "./copy-failure";
import { ExitCode } from "./exit-code";
import type { Side } from "./service-error";

/** The problem with the service or the network that keeps a run waiting. */
export interface Trouble {
  /** Absent if the problem belongs to neither side. */
  readonly side?: Side;
  /** One line: the last refusal, or the request that has no response. */
  readonly text: string;
  /** Absent if the cause is unknown. */
  readonly remedy?: string | undefined;
}

/**
 * `what` did not end within its declared timeout. `trouble`: the problem at that moment, which is
 * the likely cause.
 */
export function timedOut(what: string, milliseconds: number, trouble: Trouble | undefined): CopyFailure {
  const why = `it was not finished after ${milliseconds / 1000} seconds, its declared timeout`;
  const common = { exitCode: ExitCode.TIMED_OUT, what: `The ${what} timed out` };
  if (trouble === undefined) {
    const remedy = "declare a longer timeout, or wait: false if nothing depends on the blob being complete";
    return new CopyFailure({ ...common, why, remedy });
  }
  return new CopyFailure({
    ...common,
    ...(trouble.side === undefined ? {} : { side: trouble.side }),
    why: `${why}; ${trouble.text}`,
    remedy: `${trouble.remedy ?? "check that first: the service, the network, the endpoint"}; a longer timeout helps if the service only needs more time`,
  });
}
