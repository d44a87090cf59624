import { CopyFailure } from "../failure/copy-failure";
import { ExitCode } from "../failure/exit-code";

/**
 * A file of the program that is loaded when it is first needed.
 *
 * @param name of the file
 * @throws CopyFailure when it is not there any more or damaged, which nobody should take for a fault of what it was needed for
 */
export function loadPart<Part>(name: string, load: () => Part): Part {
  try {
    return load();
  } catch (error) {
    // What follows is where it was looked for, by whom.
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: `The program's file ${name} cannot be loaded`,
      why: reason ?? "it is damaged",
      remedy:
        "synthesise and deploy again, which puts the program's files in place anew; if it stays, install the package anew, and see what removes or changes its files (a virus scanner, a clean-up, a full disk)",
      cause: error,
    });
  }
}
