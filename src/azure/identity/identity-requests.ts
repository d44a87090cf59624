import { parseEndpoint } from "../address/endpoint";
import { ABORTED } from "../../failure/transient";
import type { Clock } from "../../engine/ports/clock";
import { parseRetryAfter } from "../http/retry";
import { HttpConnections, NoAnswer } from "../http/exchange";

export interface IdentityRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Milliseconds; 0 for no timeout. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

export interface IdentityAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const MAX_BYTES = 1024 * 1024;
const MAX_TIMEOUT = 20_000;
const MAX_REST_SECONDS = 30;
/** Path of the token endpoints of Microsoft Entra ID and of managed identities. */
const TOKEN_PATH = /\/oauth2\/(?:v2\.0\/)?token\/?$/;

/** The reason why a request did not return a token. */
export interface SignInTrouble {
  /** One sentence without a full stop. */
  readonly text: string;
  /** It passes by itself, as throttling does. */
  readonly isPassing: boolean;
  /** Set if a better remedy is known than the one for the kind of the identity. */
  readonly remedy?: string;
}

/**
 * Sends the identity SDK's requests by the same rules for proxies, connections, time and size as
 * all others.
 */
export class IdentityRequests {
  readonly #connections: HttpConnections;
  readonly #waitingFor = new Map<symbol, string>();
  /** Host that asked for another try in its last response, and the status. */
  #refusal: string | undefined;
  /** The problem of the last request, which the SDK does not report. */
  trouble: SignInTrouble | undefined;

  constructor(
    environment: NodeJS.ProcessEnv,
    private readonly clock: Clock,
  ) {
    this.#connections = new HttpConnections(environment);
  }

  /** The hosts from which a response is still missing. */
  get waitingFor(): string {
    const hosts = new Set(this.#waitingFor.values());
    if (hosts.size > 0) return [...hosts].join(", ");
    return this.#refusal ?? "the commands that sign in on this machine, such as az";
  }

  /** Rejects with an error that has the network's code. */
  readonly send = async ({ url, method, headers, body, timeout, signal }: IdentityRequest): Promise<IdentityAnswer> => {
    const { protocol, host, pathname, search } = new URL(url);
    const endpoint = parseEndpoint(protocol.slice(0, -1), host);
    if (endpoint === undefined) throw new Error(`${protocol}//${host} is not an endpoint for tokens`);
    const id = Symbol();
    this.#waitingFor.set(id, endpoint.authority);
    try {
      const answer = await this.#connections.exchange({
        endpoint,
        method,
        path: `${pathname}${search}`,
        headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
        body,
        timeout: timeout === 0 ? MAX_TIMEOUT : Math.min(timeout, MAX_TIMEOUT),
        headersOnly: false,
        maxBytes: MAX_BYTES,
        isUrgent: true,
        signal,
      });
      this.trouble = troubleWith(endpoint.authority, pathname, answer);
      const flat = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]);
      const told = Object.fromEntries(flat) as Record<string, string>;
      // The SDK would wait for as long as the response asks, even an hour or a day. It does not
      // understand a date, and for a fraction of a second it asks again at once.
      const rest = Math.ceil(parseRetryAfter(told["retry-after"], told["date"], this.clock.now()) / 1_000);
      if (rest <= 0 || rest > MAX_REST_SECONDS) delete told["retry-after"];
      else told["retry-after"] = String(rest);
      this.#refusal = isToBeAskedAgain(answer.status) ? `${endpoint.authority}, which answered ${answer.status}` : undefined;
      return { status: answer.status, headers: told, body: answer.body };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (error.code !== ABORTED) this.trouble = lasting(`no answer from ${endpoint.authority}: ${error.message}`);
      throw error.code === ABORTED ? Object.assign(new Error("given up"), { name: "AbortError" }) : error;
    } finally {
      this.#waitingFor.delete(id);
    }
  };
}

/**
 * Milliseconds between tries that the SDK does not make itself. The endpoints are documented to
 * answer like this while they are moved, updated or just started.
 */
const PAUSES = [1_000, 2_000, 4_000, 8_000];
const NOT_READY = [404, 410];

/**
 * Sends a request to the endpoint of a managed identity or of OpenID Connect, and repeats it if the
 * failure passes by itself.
 *
 * @param isOfMachine the endpoint is a managed identity's, which also answers that it does not
 * exist while it is being updated
 */
export async function askedAgain(
  { send, clock }: Pick<IdentityRequests, "send"> & { readonly clock: Clock },
  request: IdentityRequest,
  isOfMachine: boolean,
): Promise<IdentityAnswer> {
  for (const pause of PAUSES) {
    const answer = await send(request);
    if (!isToBeAskedAgain(answer.status) && !(isOfMachine && NOT_READY.includes(answer.status))) return answer;
    await clock.sleep(Math.max(pause, Number(answer.headers["retry-after"] ?? 0) * 1_000));
  }
  return send(request);
}

/**
 * Describes a response that no token endpoint returns, and of which the SDK only says that
 * something is missing; undefined for all others.
 */
function troubleWith(
  host: string,
  path: string,
  { status, body }: { readonly status: number; readonly body: string },
): SignInTrouble | undefined {
  if (isToBeAskedAgain(status)) return { text: `${host} answered ${status}, a temporary failure`, isPassing: true };
  if (status >= 300 && status < 400)
    return lasting(`${host} answered ${status}, a redirection instead of a token, as a proxy or a sign-in page does`);
  if (status >= 400) return undefined;
  const answer = jsonOf(body);
  if (answer === undefined) return lasting(`${host} answered ${status} with text that is not JSON, as a proxy or a sign-in page does`);
  if (!TOKEN_PATH.test(path) || typeof answer["access_token"] === "string") return undefined;
  return lasting(`${host} answered ${status} without a token`);
}

function lasting(text: string): SignInTrouble {
  return { text, isPassing: false };
}

function isToBeAskedAgain(status: number): boolean {
  return status === 429 || status >= 500;
}

function jsonOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === "object" && json !== null ? (json as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
