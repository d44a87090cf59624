import { parseEndpoint } from "../address/endpoint";
import { ABORTED } from "../../failure/transient";
import { HttpConnections, NoAnswer } from "../http/exchange";

export interface IdentityRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Milliseconds; 0 for none. */
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

/** The identity SDK's requests, made as all others: by one rule for proxies, connections, time and size. */
export class IdentityRequests {
  readonly #connections: HttpConnections;
  readonly #waitingFor = new Map<symbol, string>();
  /** Who gave the last request no answer, and why: the SDK keeps that to itself. */
  trouble: string | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#connections = new HttpConnections(environment);
  }

  /** Who has been asked and has not answered yet. */
  get waitingFor(): string {
    const hosts = new Set(this.#waitingFor.values());
    return hosts.size === 0 ? "the commands that sign in on this machine, such as az" : [...hosts].join(", ");
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
      this.trouble = undefined;
      const flat = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]);
      return { status: answer.status, headers: Object.fromEntries(flat) as Record<string, string>, body: answer.body };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (error.code !== ABORTED) this.trouble = `no answer from ${endpoint.authority}: ${error.message}`;
      throw error.code === ABORTED ? Object.assign(new Error("given up"), { name: "AbortError" }) : error;
    } finally {
      this.#waitingFor.delete(id);
    }
  };
}
