import { createRedact } from "../report/redact";
import { redactForeign } from "../util/secrets/redact-foreign";

/**
 * Removes the secrets of a run from output of its guardian's process that is not a message: text of
 * Node and its libraries.
 */
export function redactionOfRelayedText(environment: NodeJS.ProcessEnv, variables: readonly string[]): (text: string) => string {
  createRedact(environment, variables);
  return redactForeign;
}
