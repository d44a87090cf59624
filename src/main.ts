import { join } from "node:path";
import { type Command, HELP_TEXT, parseCommandLine, UsageError } from "./process/command-line";
import { ExitCode } from "./failure/exit-code";
import { launch } from "./process/launcher/launcher";

/** Put in by the bundler. */
declare const PROGRAM_VERSION: string;

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
    case "run":
      return launch({
        guardianProgram: join(__dirname, "guardian.js"),
        environment: process.env,
        mode: command.action,
        intentFile: command.intentFile,
        logFormat: command.logFormat,
        terminalWidth: process.stdout.isTTY && process.env.TERM !== "dumb" ? process.stdout.columns : undefined,
        workingDirectory: process.cwd(),
        output: process.stdout,
        errorOutput: process.stderr,
      });
  }
}

// The exit code is set, not forced, so that what is still on its way to a slow reader arrives.
void main().then((exitCode) => (process.exitCode = exitCode));
