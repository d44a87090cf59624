import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import { ABORTED, TIMED_OUT } from "../../failure/transient";
import { onAbort } from "../../util/abort/abort-listeners";
import { readBody } from "./answer-body";
import { isExhausted } from "./connection-budget";
import { Dialer, TunnelAgent } from "./dialer";
import type { Endpoint } from "../address/endpoint";
import { type Place, Places } from "./places";
import { Proxy } from "./proxy";

export interface HttpRequest {
  readonly endpoint: Endpoint;
  readonly method: string;
  /** Escaped, including the query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** Milliseconds until the response must be complete. */
  readonly timeout: number;
  /** Ends the exchange after the headers, however long the body is. */
  readonly headersOnly: boolean;
  /** Maximum size of the body of a response below 300. */
  readonly maxBytes: number;
  /** Served before all other requests that wait for a connection. */
  readonly isUrgent: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names as they were sent, each followed by its value. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** An earlier try of the request failed, as far as its response shows. */
  readonly isRepeated?: boolean;
}

/** There was no response, or none that can be used. */
export class NoAnswer extends Error {
  constructor(
    /** The network's code such as `ECONNRESET`, or this program's, such as {@link MALFORMED}. */
    readonly code: string,
    /** The request was sent, so it may have taken effect. */
    readonly sent: boolean,
    cause: unknown,
  ) {
    super(cause instanceof Error && cause.message !== "" ? cause.message : code, { cause });
  }
}

/** The response is incomplete, or is not the service's. */
export const MALFORMED = "EBADMSG";

/**
 * Whether a success of a write is the service's. Such a response does not have a body, but a
 * sign-in page does. An emulator that adds a body still returns its request id or its version.
 */
export function isOfTheService(answer: HttpAnswer): boolean {
  return answer.body === "" || namesTheService(answer);
}

/**
 * The service, and any emulator of it, returns a request id, its version or an error code with each
 * response.
 */
export function namesTheService({ headers }: Pick<HttpAnswer, "headers">): boolean {
  return ["x-ms-request-id", "x-ms-version", "x-ms-error-code"].some((name) => headers[name] !== undefined);
}

/** For a response from an intermediary, such as a sign-in page. */
export function notOfTheService(): NoAnswer {
  return new NoAnswer(MALFORMED, true, new Error("it is not the service's answer"));
}

const TCP_KEEP_ALIVE = 30_000;
/**
 * Milliseconds. Shorter than the service's own limit, so that a request does not meet a connection
 * that is being closed.
 */
const IDLE_CONNECTION = 60_000;

const AGENT_OPTIONS = {
  keepAlive: true,
  keepAliveMsecs: TCP_KEEP_ALIVE,
  maxSockets: Infinity,
  maxFreeSockets: 1_024,
  scheduling: "lifo",
  timeout: IDLE_CONNECTION,
} as const;

/**
 * Sends requests on warm connections, as many at the same time as the system allows this process.
 */
export class HttpConnections {
  readonly #forgetPlaces: () => void;
  readonly #plain = new http.Agent(AGENT_OPTIONS);
  readonly #secure = new https.Agent(AGENT_OPTIONS);
  readonly #tunnels = new Map<string, TunnelAgent>();

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    readonly places = new Places(),
  ) {
    this.#forgetPlaces = places.onShortage(() => this.#closeIdle());
  }

  /** Rejects only with {@link NoAnswer}. */
  async exchange(request: HttpRequest): Promise<HttpAnswer> {
    for (const lone = { count: 0 }; ;) {
      const place = await this.#placeFor(request);
      try {
        return await this.#once(request).finally(() => place.giveBack());
      } catch (failure) {
        const isExhaustion = failure instanceof NoAnswer && !failure.sent && isExhausted(failure.code);
        if (!isExhaustion || !(await this.places.refused(lone))) throw failure;
      }
    }
  }

  async #placeFor({ isUrgent, signal }: HttpRequest): Promise<Place> {
    try {
      return await this.places.take(isUrgent, signal);
    } catch (reason) {
      throw new NoAnswer(ABORTED, false, reason);
    }
  }

  #once(request: HttpRequest): Promise<HttpAnswer> {
    const { endpoint, method, body, signal } = request;
    return new Promise((resolve, reject) => {
      let sent = false;
      const fail = (code: string, cause: unknown) => {
        settle();
        reject(new NoAnswer(code, sent, cause));
        outgoing?.destroy();
      };
      const timer = setTimeout(() => fail(TIMED_OUT, new Error(`none within ${request.timeout / 1000} s`)), request.timeout);
      const settle = () => {
        clearTimeout(timer);
        forgetSignal?.();
      };
      const succeed = (answer: http.IncomingMessage, text: string) => {
        settle();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, rawHeaders: answer.rawHeaders, body: text });
      };

      let outgoing: http.ClientRequest | undefined;
      let forgetSignal: (() => void) | undefined;
      if (signal?.aborted) return fail(ABORTED, signal.reason);
      if (signal) forgetSignal = onAbort(signal, () => fail(ABORTED, signal.reason));
      const secure = endpoint.protocol === "https:";
      try {
        outgoing = (secure ? https : http).request({
          agent: this.#agentFor(endpoint),
          host: endpoint.hostname,
          port: endpoint.port,
          method,
          path: request.path,
          headers: request.headers,
        });
      } catch (error) {
        return fail(codeOf(error), error);
      }
      outgoing.once("socket", (socket) => {
        socket.setKeepAlive(true, TCP_KEEP_ALIVE);
        if (socket.connecting) socket.once(secure ? "secureConnect" : "connect", () => (sent = true));
        // A socket that the system refused to open is destroyed by now, and nothing was sent on it.
        else sent = !socket.destroyed;
      });
      // Stays for the life of the request: a destroyed one can report an error more than once.
      outgoing.on("error", (error) => fail(codeOf(error), error));
      outgoing.once("response", (answer) => {
        if (request.headersOnly) {
          succeed(answer, "");
          answer.destroy();
        } else {
          const isRead = (answer.statusCode ?? 0) < 300 && method !== "PUT" && method !== "DELETE";
          readBody(
            answer,
            isRead ? request.maxBytes : undefined,
            (text) => succeed(answer, text),
            (error) => fail(codeOf(error), error),
          );
        }
      });
      outgoing.end(body);
    });
  }

  /** For callers that implement HTTP themselves. */
  dialerTo(endpoint: Endpoint): Dialer {
    return new Dialer(endpoint, this.environment);
  }

  #agentFor(endpoint: Endpoint): http.Agent {
    if (endpoint.protocol === "http:") return this.#plain;
    const proxy = Proxy.of(endpoint, this.environment);
    if (proxy === undefined) return this.#secure;
    let agent = this.#tunnels.get(endpoint.authority);
    if (agent === undefined) this.#tunnels.set(endpoint.authority, (agent = new TunnelAgent(proxy, endpoint, AGENT_OPTIONS)));
    return agent;
  }

  /** Closes idle connections, so that the process can end. */
  close(): void {
    this.#forgetPlaces();
    this.#closeIdle();
  }

  #closeIdle(): number {
    const agents = [this.#plain, this.#secure, ...this.#tunnels.values()];
    const idle = agents.flatMap((agent) => Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []));
    for (const socket of idle) socket.destroy();
    return idle.length;
  }
}

export function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code ?? (error instanceof Error ? error.name : "Error");
}
