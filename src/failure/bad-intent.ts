import { CopyFailure } from "./copy-failure";
import type { Side } from "./service-error";
import { ExitCode } from "./exit-code";

/** A declaration that cannot be carried out as it stands; nothing was requested from the service. */
export function badIntent(side: Side, why: string, remedy: string): CopyFailure {
  return new CopyFailure({ exitCode: ExitCode.BAD_INTENT, what: `The ${side} cannot be used as declared`, side, why, remedy });
}
