import { createRedact } from "../report/redact";
import { redactForeign } from "../util/secrets/redact-foreign";

/** Takes the secrets of a run out of what its guardian's process prints beside its messages: Node's own words and those of its libraries. */
export function redactionOfRelayedText(environment: NodeJS.ProcessEnv, variables: readonly string[]): (text: string) => string {
  createRedact(environment, variables);
  return redactForeign;
}
