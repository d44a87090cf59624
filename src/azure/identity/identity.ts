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

/** Milliseconds for a command that signs in: it ends before it is given up, so that it is not left behind. */
const MAX_COMMAND = 55_000;

/** So that the SDK does not read the environment's, which it refuses without `http://`; its choice is not looked at. */
const UNUSED_PROXY = { host: "http://localhost", port: 9 };

export interface TokenSourceOptions {
  readonly choice: IdentityChoice;
  /** undefined: the public cloud's. */
  readonly authorityHost: string | undefined;
  readonly send: IdentityRequests["send"];
  /** The endpoint of a managed identity, asked again where its answer passes. */
  readonly askMachine: IdentityRequests["send"];
  readonly fetchAssertion: (source: AssertionSource) => Promise<string>;
  /** Not loaded from here, whose file has no class of the engine: its failure is one. */
  readonly loadPfx: typeof loadPfx;
}

/** Fetches tokens of an identity; a new source has none of the answers that another one keeps. */
export function createTokenSource(options: TokenSourceOptions): () => Promise<AccessToken> {
  const credential = credentialOf(options);
  return async () => {
    const token = await credential.getToken(STORAGE_SCOPE);
    if (token === null) throw new Error("the identity returned no token");
    return checked(token);
  };
}

/** What an endpoint calls a token goes into a header, and its end decides when another one is asked for. */
function checked({ token, expiresOnTimestamp }: AccessToken): AccessToken {
  const given: unknown = token;
  if (typeof given !== "string" || !/^[\x21-\x7e]+$/.test(given)) throw new Error("what the sign-in answered is no token");
  if (!Number.isFinite(expiresOnTimestamp)) throw new Error("the token of the sign-in does not say when it expires");
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

/** The SDK's own way to this one forgets all options. */
function isManagedIdentityOnly(): boolean {
  return process.env["AZURE_TOKEN_CREDENTIALS"]?.trim().toLowerCase() === "managedidentitycredential";
}

function managedIdentity(clientId: string | undefined, options: object): TokenCredential {
  return new ManagedIdentityCredential({ ...options, ...(clientId ? { clientId } : {}) });
}

/** A managed identity at an address that is declared, which the SDK does not take. */
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
