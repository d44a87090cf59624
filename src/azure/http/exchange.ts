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
  /** Escaped, with its query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** Milliseconds until the answer must be complete. */
  readonly timeout: number;
  /** Ends the exchange with the headers, however long the body is. */
  readonly headersOnly: boolean;
  /** Of the body of an answer below 300. */
  readonly maxBytes: number;
  /** Goes before all others that wait for a connection. */
  readonly isUrgent: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names as they were sent, each followed by its value. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** The request was made before, in vain as far as anything tells. */
  readonly isRepeated?: boolean;
}

/** No answer came. */
export class NoAnswer extends Error {
  constructor(
    /** The network's code such as `ECONNRESET`, or one of those below. */
    readonly code: string,
    /** The request was on its way, so it may have taken effect. */
    readonly sent: boolean,
    cause: unknown,
  ) {
    super(cause instanceof Error && cause.message !== "" ? cause.message : code, { cause });
  }
}

/** What came is not the service's answer, or not all of it. */
export const MALFORMED = "EBADMSG";

/**
 * Whether a success of a write is the service's: it has no body, which a page to sign in has. An emulator that adds one names its request or its
 * version all the same.
 */
export function isOfTheService(answer: HttpAnswer): boolean {
  return answer.body === "" || namesTheService(answer);
}

/** The service, and any emulator of it, gives each answer the request's id, its version, or a code. */
export function namesTheService({ headers }: Pick<HttpAnswer, "headers">): boolean {
  return ["x-ms-request-id", "x-ms-version", "x-ms-error-code"].some((name) => headers[name] !== undefined);
}

/** Of what something on the way has answered, such as a page to sign in. */
export function notOfTheService(): NoAnswer {
  return new NoAnswer(MALFORMED, true, new Error("it is not the service's answer"));
}

const TCP_KEEP_ALIVE = 30_000;
/** Below the service's own, so that no request meets a connection that is being closed. */
const IDLE_CONNECTION = 60_000;

const AGENT_OPTIONS = {
  keepAlive: true,
  keepAliveMsecs: TCP_KEEP_ALIVE,
  maxSockets: Infinity,
  maxFreeSockets: 1_024,
  scheduling: "lifo",
  timeout: IDLE_CONNECTION,
} as const;

/** Requests on warm connections, as many at once as the system allows this process. */
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

  /** Rejects with {@link NoAnswer} and nothing else. */
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
        // One that the system refused to make is destroyed by now, and nothing was sent on it.
        else sent = !socket.destroyed;
      });
      // Stays for the life of the request: a destroyed one can report its end more than once.
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

  /** For those who speak HTTP themselves. */
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

  /** Closes the connections that are idle, so that the process can end. */
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
