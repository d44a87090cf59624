import { type Kind } from "../shapes/shapes";
import { placesOf } from "../shapes/places";
import type { Credential } from "./credential";

/** Only that of the front end for AWS grants what it needs. */
export const CREDENTIAL: Kind = { has: ["_kind"], lacks: "_grantTo" };

export const { atUrl, inContainer, sourceInContainer, inFileShare, underPrefix } = placesOf<Credential>({
  credentialBy: 'Credential, such as Credential.sasFromEnvironment("NAME")',
  credential: CREDENTIAL,
});
