import { CopyFailure } from "./copy-failure";
import { ExitCode } from "./exit-code";
import type { Side } from "./service-error";

/** What the service, or the network before it, is keeping a run waiting with. */
export interface Trouble {
  /** Absent where it is neither's. */
  readonly side?: Side;
  /** One line: the last refusal, or the request that has no answer. */
  readonly text: string;
  /** Absent where the cause is not known. */
  readonly remedy?: string | undefined;
}

/** `what` did not end within its declared timeout. `trouble` at that moment, if there was any, is the likely cause. */
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
    remedy: `${trouble.remedy ?? "see to that first: the service, the network, the endpoint"}; a longer timeout helps where the service only needs more time`,
  });
}
