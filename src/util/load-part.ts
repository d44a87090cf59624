import { CopyFailure } from "../failure/copy-failure";
import { ExitCode } from "../failure/exit-code";

/**
 * Loads a file of the program when it is first needed.
 *
 * @param name of the file
 * @throws CopyFailure when the file is missing or damaged, so that this is not taken for a fault of
 * the task that needed it
 */
export function loadPart<Part>(name: string, load: () => Part): Part {
  try {
    return load();
  } catch (error) {
    // The other lines list the modules that required the file.
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
    throw new CopyFailure({
      exitCode: ExitCode.COPY_FAILED,
      what: `The program's file ${name} cannot be loaded`,
      why: reason ?? "it is damaged",
      remedy:
        "synthesise and deploy again, which restores the program's files; if the error stays, install the package again, and check whether its files are removed or changed (by a virus scanner, a clean-up, a full disk)",
      cause: error,
    });
  }
}
