import { type Kind } from "../../shapes/shapes";
import { placesOf } from "../../shapes/places";
import type { Credential } from "./credential";

export const CREDENTIAL: Kind = { has: ["_grantTo"] };

export const { atUrl, inContainer, sourceInContainer, inFileShare, underPrefix } = placesOf<Credential>({
  credentialBy: "Credential, such as Credential.fromSecretsManager(secret)",
  credential: CREDENTIAL,
  noKey: "the functions that copy cannot read your environment; use encryptionScope",
});
