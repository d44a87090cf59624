/**
 * The two storage accounts of the examples. Name yours here, or in the environment; `npm run example` names those of an emulator.
 * Whoever deploys signs in as they are, unless the environment has a connection string.
 */
import { Credential } from "cdktf-azure-blob-copy";

export const source = account("SOURCE", "https://releases.blob.core.windows.net/");
export const destination = account("DESTINATION", "https://production.blob.core.windows.net/");

function account(side: string, blobEndpoint: string) {
  const connectionString = `${side}_CONNECTION_STRING`;
  return {
    blobEndpoint: process.env[`${side}_BLOB_ENDPOINT`] ?? blobEndpoint,
    credential: connectionString in process.env ? Credential.connectionStringFromEnvironment(connectionString) : undefined,
  };
}
