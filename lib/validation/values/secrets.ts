import { secretIn } from "../../../src/intent";
import type { Problems } from "../../framework/problems";
import { words } from "../../framework/language";
import { TokenAwareText } from "../../framework/tokens";

/**
 * Adds a problem for a secret in a text, because the text gets into the synthesized folder and the
 * deploy's state.
 *
 * @returns whether the text is free of secrets
 */
export function checkNoSecret(value: string, at: string, problems: Problems): boolean {
  if (words().deadReference?.test(value) === true) {
    problems.add(
      `${at} is a dynamic reference to a secret, which ${words().tool} does not resolve in a custom resource; give the value itself or, for a secret, a credential.`,
    );
    return false;
  }
  const secret = secretIn(new TokenAwareText(value).withoutTokens);
  if (secret === undefined) return true;
  // The credential in the advice takes any query, even if it was signed by another service.
  const query = secret === "a SAS" ? "the SAS" : / URL$|access token$/.test(secret) ? "it" : undefined;
  const fix = query === undefined ? "remove it, and give a credential" : words().queryFix(query);
  problems.add(`${at} holds ${secret}, which would be written ${words().written}; ${fix}.`);
  return false;
}
