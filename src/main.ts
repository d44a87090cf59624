import { join } from "node:path";
import type * as Conformance from "./conformance";
import { type Command, HELP_TEXT, parseCommandLine, UsageError } from "./process/command-line";
import { ExitCode } from "./failure/exit-code";
import { redactionOnDemand } from "./commands/load-relayed-text";
import { launch } from "./process/launcher/launcher";
import { redactStream } from "./util/secrets/redact-stream";

/** Inserted by the bundler. */
declare const PROGRAM_VERSION: string;

/** The file is in the package, but not next to the program that a stack stages. */
function loadConformance(): typeof Conformance | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
    return require("./conformance") as typeof Conformance;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

async function main(): Promise<number> {
  let command: Command;
  try {
    command = parseCommandLine(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`blob-copy: ${error.message}\nSee blob-copy --help.\n`);
    return ExitCode.BAD_INTENT;
  }
  switch (command.kind) {
    case "help":
      process.stdout.write(HELP_TEXT);
      return ExitCode.OK;
    case "version":
      process.stdout.write(`${PROGRAM_VERSION}\n`);
      return ExitCode.OK;
    case "conformance": {
      const { source, destination, file } = command;
      const print = (line: string) => void process.stdout.write(`${line}\n`);
      const found = loadConformance();
      if (found !== undefined)
        return found.runConformance({ source, destination, file, print, environment: process.env, program: PROGRAM_VERSION });
      process.stderr.write("blob-copy: conformance is run from the installed package: npx blob-copy conformance\n");
      return ExitCode.BAD_INTENT;
    }
    case "run":
      return launch({
        guardianProgram: join(__dirname, "guardian.js"),
        environment: process.env,
        mode: command.action,
        intentFile: command.intentFile,
        logFormat: command.logFormat,
        terminalWidth: process.stdout.isTTY && process.env.TERM !== "dumb" ? process.stdout.columns : undefined,
        workingDirectory: workingDirectory(),
        output: process.stdout,
        errorOutput: process.stderr,
        redact: redactionOf(command.intentFile),
      });
  }
}

/**
 * With NODE_DEBUG this process prints, too: for example the environment with which it starts
 * another process.
 */
function redactionOf(intentFile: string | undefined): (text: string) => string {
  const redact = redactionOnDemand(process.env, intentFile);
  if (process.env.NODE_DEBUG) redactStream(process.stderr, redact);
  return redact;
}

/** @throws WorkingDirectoryGone */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    throw new WorkingDirectoryGone(
      "The folder in which the program was started is gone, and with it the files that the program reads and writes there. Change to a folder that exists, then run it again.",
    );
  }
}

class WorkingDirectoryGone extends Error {}

// The exit code is set, not forced, so that buffered output still reaches a slow reader.
void main()
  .catch((error: unknown) => {
    if (!(error instanceof WorkingDirectoryGone)) throw error;
    process.stderr.write(`blob-copy: ${error.message}\n`);
    return ExitCode.COPY_FAILED;
  })
  .then((exitCode) => (process.exitCode = exitCode));
