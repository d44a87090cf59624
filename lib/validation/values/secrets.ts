import { secretIn } from "../../../src/intent";
import type { Problems } from "../../framework/problems";
import { DeclaredText } from "../../framework/tokens";

export const QUERY_FIX =
  'remove the query, and give the SAS as credential: Credential.sasFromEnvironment("NAME_OF_A_VARIABLE"), or Credential.sas(value) for one that Terraform makes';

/**
 * Text that ends up in the synthesized folder and in Terraform's state must not carry a secret.
 *
 * @returns whether there is none
 */
export function checkNoSecret(value: string, at: string, problems: Problems): boolean {
  const secret = secretIn(new DeclaredText(value).masked);
  if (secret === undefined) return true;
  // Any query is taken by that credential, whoever has signed it.
  const fix = /^a SAS$| URL$|access token$/.test(secret) ? QUERY_FIX : "remove it, and give a credential";
  problems.add(`${at} holds ${secret}, which would be written to the synthesized folder and to Terraform's state; ${fix}.`);
  return false;
}
