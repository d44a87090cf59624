/**
 * The two storage accounts of the examples. Put the names of yours here or into the environment;
 * `npm run example` uses those of an emulator. The deploy signs in as you (or as the pipeline that
 * runs it), unless the environment has a connection string.
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
