import { DefaultAzureCredential } from "@azure/identity";
import type { AccessToken } from "./token-cache";

const STORAGE_SCOPE = "https://storage.azure.com/.default";

/** Fetches tokens as the Azure SDKs do: environment, workload identity, managed identity, Azure CLI, and so on. */
export function createTokenSource(authorityHost: string | undefined): () => Promise<AccessToken> {
  const credential = new DefaultAzureCredential(authorityHost === undefined ? {} : { authorityHost });
  return () => credential.getToken(STORAGE_SCOPE);
}
