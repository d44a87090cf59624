import { GuardianEnvironment } from "../process/environment";
import { variablesOfIntent } from "../process/variables-of-intent";
import type * as RelayedText from "./relayed-text";

const NOT_LOOKED_AT = "(a line that cannot be searched for secrets, and is left out)\n";

/**
 * Loaded only when there is something to print: most launchers never need it, and none should wait
 * for it.
 */
export function redactionOnDemand(environment: NodeJS.ProcessEnv, intentFile: string | undefined): (text: string) => string {
  const variables = () => variablesOfIntent({ ...environment, [GuardianEnvironment.INTENT_FILE]: intentFile });
  let redact: ((text: string) => string) | undefined;
  return (text) => {
    redact ??= load()?.redactionOfRelayedText(environment, variables());
    return redact?.(text) ?? NOT_LOOKED_AT;
  };
}

/**
 * undefined if its file cannot be read at the moment, for example because the folder of the program
 * is gone.
 */
function load(): typeof RelayedText | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a program of CommonJS files stays lazy with require only
    return require("./relayed-text") as typeof RelayedText;
  } catch {
    return undefined;
  }
}
