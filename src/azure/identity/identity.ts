import {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from "@azure/identity";
import { createHttpHeaders, type HttpClient, RestError } from "@azure/core-rest-pipeline";
import { readCertificate } from "./certificate";
import type { AssertionSource, IdentityChoice } from "./identity-choice";
import type { IdentityRequests } from "./identity-requests";
import type { loadPfx } from "./load-pfx";
import type { AccessToken } from "./token-cache";

const STORAGE_SCOPE = "https://storage.azure.com/.default";

/**
 * Milliseconds for a command that signs in. The command ends before the whole sign-in is given up,
 * so that it is not left running.
 */
const MAX_COMMAND = 55_000;

/**
 * Keeps the SDK from reading the environment's proxy, which it refuses without `http://`. This
 * proxy is never used.
 */
const UNUSED_PROXY = { host: "http://localhost", port: 9 };

export interface TokenSourceOptions {
  readonly choice: IdentityChoice;
  /** undefined: the public cloud's. */
  readonly authorityHost: string | undefined;
  readonly send: IdentityRequests["send"];
  /**
   * Sends a request to the endpoint of a managed identity, and repeats it if the failure passes by
   * itself.
   */
  readonly askMachine: IdentityRequests["send"];
  readonly fetchAssertion: (source: AssertionSource) => Promise<string>;
  /**
   * Passed in, because it can fail with a class of the engine, and this bundled file does not
   * contain those classes.
   */
  readonly loadPfx: typeof loadPfx;
}

/**
 * Fetches tokens of an identity. A new source does not have the responses that another one has
 * cached.
 */
export function createTokenSource(options: TokenSourceOptions): () => Promise<AccessToken> {
  const credential = credentialOf(options);
  return async () => {
    const token = await credential.getToken(STORAGE_SCOPE);
    if (token === null) throw new Error("the identity returned no token");
    return checked(token);
  };
}

/**
 * The token goes into a header, and its expiry decides when the next one is fetched, so both are
 * checked.
 */
function checked({ token, expiresOnTimestamp }: AccessToken): AccessToken {
  const given: unknown = token;
  if (typeof given !== "string" || !/^[\x21-\x7e]+$/.test(given)) throw new Error("the sign-in did not return a usable token");
  if (!Number.isFinite(expiresOnTimestamp)) throw new Error("the sign-in returned a token without a valid expiry");
  return { token: given, expiresOnTimestamp };
}

function credentialOf({ choice, authorityHost, send, askMachine, fetchAssertion, loadPfx }: TokenSourceOptions): TokenCredential {
  const options = {
    httpClient: httpClient(send),
    proxyOptions: UNUSED_PROXY,
    ...(authorityHost === undefined ? {} : { authorityHost }),
  };
  switch (choice.kind) {
    case "default":
      return isManagedIdentityOnly()
        ? managedIdentity(process.env["AZURE_CLIENT_ID"], options)
        : new DefaultAzureCredential({ ...options, processTimeoutInMs: MAX_COMMAND });
    case "client-secret":
      return new ClientSecretCredential(choice.tenantId, choice.clientId, choice.secret, options);
    case "client-certificate": {
      const certificate = readCertificate(choice.certificate, choice.password, loadPfx);
      return new ClientCertificateCredential(choice.tenantId, choice.clientId, certificate, options);
    }
    case "assertion":
      return new ClientAssertionCredential(choice.tenantId, choice.clientId, () => fetchAssertion(choice.assertion), options);
    case "managed-identity":
      return choice.endpoint === undefined
        ? managedIdentity(choice.clientId, options)
        : new EndpointCredential(choice.endpoint, choice.clientId, askMachine);
    case "azure-cli":
      return new AzureCliCredential({
        processTimeoutInMs: MAX_COMMAND,
        ...(choice.tenantId === undefined ? {} : { tenantId: choice.tenantId }),
      });
  }
}

/** If only the managed identity is selected, the SDK's own chain would drop all options. */
function isManagedIdentityOnly(): boolean {
  return process.env["AZURE_TOKEN_CREDENTIALS"]?.trim().toLowerCase() === "managedidentitycredential";
}

function managedIdentity(clientId: string | undefined, options: object): TokenCredential {
  return new ManagedIdentityCredential({ ...options, ...(clientId ? { clientId } : {}) });
}

/** A managed identity at a declared address, which the SDK does not support. */
class EndpointCredential implements TokenCredential {
  constructor(
    private readonly endpoint: string,
    private readonly clientId: string | undefined,
    private readonly ask: IdentityRequests["send"],
  ) {}

  async getToken(): Promise<AccessToken> {
    const url = new URL(this.endpoint);
    url.searchParams.set("api-version", "2018-02-01");
    url.searchParams.set("resource", "https://storage.azure.com/");
    if (this.clientId !== undefined) url.searchParams.set("client_id", this.clientId);
    const request = { url: url.href, method: "GET", headers: { metadata: "true" }, body: undefined, timeout: 0, signal: undefined };
    const { status, body } = await this.ask(request);
    const answer = jsonOf(body) as { access_token?: unknown; expires_on?: unknown; error_description?: unknown };
    const expiresOn = Number(answer.expires_on) * 1_000;
    if (typeof answer.access_token !== "string" || Number.isNaN(expiresOn))
      throw new Error(
        `${url.host} answered ${status} without a token${typeof answer.error_description === "string" ? `: ${answer.error_description}` : ""}`,
      );
    return { token: answer.access_token, expiresOnTimestamp: expiresOn };
  }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

function httpClient(send: IdentityRequests["send"]): HttpClient {
  return {
    sendRequest: async (request) => {
      const { url, method, timeout, abortSignal } = request;
      const headers = request.headers.toJSON();
      // Responses are read without decompression.
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
