import { placesOf } from "../../shapes/places";
import type { Credential } from "./credential";

export const { atUrl, inContainer, sourceInContainer, inFileShare, underPrefix } = placesOf<Credential>({
  credentialBy: "Credential, such as Credential.fromSecretsManager(secret)",
  noKey: "what copies has no environment of yours; use encryptionScope",
});
