import { GuardianEnvironment } from "../process/environment";
import { variablesOfIntent } from "../process/variables-of-intent";
import { createRedact, type Redact } from "../report/redact";

/**
 * For what a guardian prints beside its messages. It is made when there is something to print: most
 * launchers never need it, and none should wait for it.
 */
export function redactionOnDemand(environment: NodeJS.ProcessEnv, intentFile: string | undefined): Redact {
  let redact: Redact | undefined;
  return (text) => {
    redact ??= createRedact(environment, variablesOfIntent({ ...environment, [GuardianEnvironment.INTENT_FILE]: intentFile }));
    return redact(text);
  };
}
