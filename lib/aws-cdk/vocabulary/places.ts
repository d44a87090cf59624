import { type Kind } from "../../shapes/shapes";
import { placesOf } from "../../shapes/places";
import type { Credential } from "./credential";

export const CREDENTIAL: Kind = { has: ["_grantTo"] };

export const { atUrl, inContainer, sourceInContainer, inFileShare, underPrefix } = placesOf<Credential>({
  credentialBy: "Credential, such as Credential.fromSecretsManager(secret)",
  credential: CREDENTIAL,
  noKey: "what copies has no environment of yours; use encryptionScope",
});
