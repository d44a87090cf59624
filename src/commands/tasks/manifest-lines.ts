import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { CopyFailure } from "../../failure/copy-failure";
import { ExitCode } from "../../failure/exit-code";

/** The lines of a manifest file, as a stream. @throws CopyFailure when it cannot be read */
export async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
  } catch (error) {
    throw new CopyFailure({
      exitCode: ExitCode.BAD_INTENT,
      what: "The manifest of the copy set cannot be read",
      why: error instanceof Error ? error.message : String(error),
      remedy: "synthesize again; the file belongs to the synthesized stack",
      cause: error,
    });
  }
}
