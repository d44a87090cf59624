import { readFileSync } from "node:fs";
import { badIntent } from "../failure/bad-intent";
import { ProgramEnvironment } from "../intent";
import { GuardianEnvironment } from "./environment";

/**
 * Reads the intent as JSON, from the named file or else from the environment. @throws CopyFailure
 */
export function readIntent(environment: NodeJS.ProcessEnv): unknown {
  const file = environment[GuardianEnvironment.INTENT_FILE];
  const where = file ?? ProgramEnvironment.INTENT;
  const text = file === undefined ? (environment[ProgramEnvironment.INTENT] ?? "") : readFile(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser quotes the text around the mistake, which may have to stay hidden.
    const position = error instanceof SyntaxError ? /position \d+|line \d+ column \d+/.exec(error.message)?.[0] : undefined;
    throw badIntent("copy intent", `${where} does not contain valid JSON${position === undefined ? "" : ` (at ${position})`}`);
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw badIntent("copy intent", `the intent file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
