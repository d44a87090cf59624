import { placesOf } from "../shapes/places";
import type { Credential } from "./credential";

export const { atUrl, inContainer, sourceInContainer, inFileShare, underPrefix } = placesOf<Credential>({
  credentialBy: 'Credential, such as Credential.sasFromEnvironment("NAME")',
});
