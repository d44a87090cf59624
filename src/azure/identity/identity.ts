import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { createHttpHeaders, type HttpClient, RestError } from "@azure/core-rest-pipeline";
import type { IdentityRequests } from "./identity-requests";
import type { AccessToken } from "./token-cache";

const STORAGE_SCOPE = "https://storage.azure.com/.default";

/** So that the SDK does not read the environment's, which it refuses without `http://`; its choice is not looked at. */
const UNUSED_PROXY = { host: "http://localhost", port: 9 };

export interface TokenSourceOptions {
  /** undefined: the public cloud's. */
  readonly authorityHost: string | undefined;
  readonly send: IdentityRequests["send"];
}

/** Fetches tokens as the Azure SDKs do: environment, workload identity, managed identity, Azure CLI, and so on. */
export function createTokenSource({ authorityHost, send }: TokenSourceOptions): () => Promise<AccessToken> {
  const options = { httpClient: httpClient(send), proxyOptions: UNUSED_PROXY, ...(authorityHost === undefined ? {} : { authorityHost }) };
  const credential = isManagedIdentityOnly() ? managedIdentity(options) : new DefaultAzureCredential(options);
  return async () => {
    const token = await credential.getToken(STORAGE_SCOPE);
    if (token === null) throw new Error("the identity returned no token");
    return token;
  };
}

/** The SDK's own way to this one forgets all options. */
function isManagedIdentityOnly(): boolean {
  return process.env["AZURE_TOKEN_CREDENTIALS"]?.trim().toLowerCase() === "managedidentitycredential";
}

function managedIdentity(options: {
  readonly httpClient: HttpClient;
  readonly proxyOptions: typeof UNUSED_PROXY;
  readonly authorityHost?: string;
}): TokenCredential {
  const clientId = process.env["AZURE_CLIENT_ID"];
  return new ManagedIdentityCredential({ ...options, ...(clientId ? { clientId } : {}) });
}

function httpClient(send: IdentityRequests["send"]): HttpClient {
  return {
    sendRequest: async (request) => {
      const { url, method, timeout, abortSignal } = request;
      const headers = request.headers.toJSON();
      // Answers are read as they come.
      delete headers["accept-encoding"];
      const aborted = new AbortController();
      const abort = () => aborted.abort();
      if (abortSignal?.aborted === true) abort();
      abortSignal?.addEventListener("abort", abort);
      try {
        const body = typeof request.body === "string" ? request.body : undefined;
        const answer = await send({ url, method, headers, body, timeout, signal: aborted.signal });
        return { request, status: answer.status, headers: createHttpHeaders(answer.headers), bodyAsText: answer.body };
      } catch (error) {
        const { name, message, code } = error as NodeJS.ErrnoException;
        if (name === "AbortError" || code === undefined) throw error;
        throw new RestError(message, { code, request });
      } finally {
        abortSignal?.removeEventListener("abort", abort);
      }
    },
  };
}
