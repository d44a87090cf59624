import { GuardianEnvironment } from "../process/environment";
import { variablesOfIntent } from "../process/variables-of-intent";
import { createRedact, type Redact } from "../report/redact";
import { redactForeign } from "../util/secrets/redact-foreign";

/**
 * For what a guardian prints beside its messages. It is made when there is something to print: most
 * launchers never need it, and none should wait for it.
 */
export function redactionOnDemand(environment: NodeJS.ProcessEnv, intentFile: string | undefined): Redact {
  let isMade = false;
  return (text) => {
    if (!isMade) createRedact(environment, variablesOfIntent({ ...environment, [GuardianEnvironment.INTENT_FILE]: intentFile }));
    isMade = true;
    // Libraries print there what others have answered them.
    return redactForeign(text);
  };
}
