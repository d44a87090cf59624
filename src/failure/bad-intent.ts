import { CopyFailure } from "./copy-failure";
import type { Side } from "./service-error";
import { ExitCode } from "./exit-code";

/**
 * A declaration that cannot be carried out. Nothing was requested from the service.
 *
 * @param of the side that is at fault, or the intent as a whole
 * @param why one reason, or all problems that were found
 */
export function badIntent(
  of: Side | "copy intent",
  why: string | readonly string[],
  remedy = "Correct the declaration; nothing was requested from the service.",
): CopyFailure {
  return new CopyFailure({
    exitCode: ExitCode.BAD_INTENT,
    what: of === "copy intent" ? "The copy intent cannot be used" : `The ${of} cannot be used as declared`,
    ...(of === "copy intent" ? {} : { side: of }),
    why: typeof why === "string" ? why : why.join("; "),
    remedy,
  });
}

/**
 * A name that no request can have, so nothing was sent for it. In a set, it concerns only that
 * blob.
 */
export class UnusableName extends CopyFailure {
  static because(side: Side, why: string, remedy: string): UnusableName {
    return new UnusableName({ exitCode: ExitCode.BAD_INTENT, what: `The ${side} cannot be used as declared`, side, why, remedy });
  }
}
