import { type Kind } from "../shapes/shapes";
import { placesOf } from "../shapes/places";
import type { Credential } from "./credential";

/** Only a credential of the AWS CDK front end has `_grantTo`. */
export const CREDENTIAL: Kind = { has: ["_kind"], lacks: "_grantTo" };

export const { atUrl, inContainer, sourceInContainer, inFileShare, underPrefix } = placesOf<Credential>({
  credentialBy: 'Credential, such as Credential.sasFromEnvironment("NAME")',
  credential: CREDENTIAL,
});
