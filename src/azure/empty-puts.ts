import http from "node:http";
import https from "node:https";
import type { Endpoint } from "./endpoint";
import { ABORTED, codeOf, type HttpAnswer, type HttpConnections, NoAnswer, TIMED_OUT } from "./exchange";

/** `failure` is undefined exactly when there is an answer. */
export type PutDone = (answer: HttpAnswer | undefined, failure: NoAnswer | undefined) => void;

const SWEEP_MILLISECONDS = 1_000;

/**
 * PUT requests without a body to one endpoint: what a set makes millions of. Compared with {@link HttpConnections.exchange}
 * there is no timer, no listener on a signal, no promise and no header object per request; one timer looks after all of them.
 */
export class EmptyPuts {
  readonly #underWay = new Set<Put>();
  readonly #options: https.RequestOptions;
  readonly #request: typeof https.request;
  #sweep: NodeJS.Timeout | undefined;

  constructor(
    connections: HttpConnections,
    endpoint: Endpoint,
    /** Milliseconds for one request. */
    private readonly timeout: number,
  ) {
    this.#options = { agent: connections.agentFor(endpoint), host: endpoint.hostname, port: endpoint.port, method: "PUT" };
    this.#request = endpoint.protocol === "https:" ? https.request : http.request;
  }

  /** `headers` are name, value, name, value; they include Host and Content-Length. */
  send(path: string, headers: readonly string[], done: PutDone): void {
    this.#sweep ??= setInterval(() => this.#endLate(), SWEEP_MILLISECONDS).unref();
    const put = new Put(done, this.#underWay);
    try {
      put.follow(this.#request({ ...this.#options, path, headers }));
    } catch (error) {
      put.fail(codeOf(error), error);
    }
  }

  /** Gives up everything that is under way; every caller hears of it. */
  abort(reason: unknown): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
    for (const put of this.#underWay) put.fail(ABORTED, reason);
  }

  #endLate(): void {
    const latest = Date.now() - this.timeout;
    for (const put of this.#underWay) {
      if (put.startedAt <= latest) put.fail(TIMED_OUT, new Error(`no answer within ${this.timeout / 1000} s`));
    }
    if (this.#underWay.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

class Put {
  readonly startedAt = Date.now();
  #outgoing: http.ClientRequest | undefined;
  #answer: http.IncomingMessage | undefined;
  #body = "";

  constructor(
    private readonly done: PutDone,
    private readonly underWay: Set<Put>,
  ) {
    underWay.add(this);
  }

  follow(outgoing: http.ClientRequest): void {
    this.#outgoing = outgoing;
    // Stays for the life of the request: a destroyed one can report its end more than once.
    outgoing.on("error", (error) => this.fail(codeOf(error), error));
    outgoing.on("response", (answer) => this.#read(answer));
    outgoing.end();
  }

  fail(code: string, cause: unknown): void {
    // Without a socket nothing was sent; with one that was still being connected, "sent" is the cautious answer.
    const sent = this.#outgoing?.socket !== null && this.#outgoing?.socket?.connecting === false;
    if (!this.underWay.delete(this)) return;
    this.done(undefined, new NoAnswer(code, sent, cause));
    this.#outgoing?.destroy();
  }

  #read(answer: http.IncomingMessage): void {
    this.#answer = answer;
    if ((answer.statusCode ?? 0) >= 300) answer.setEncoding("utf8").on("data", (chunk: string) => (this.#body += chunk));
    else answer.resume();
    // At its end the connection is free for the next request.
    answer.on("end", () => this.#succeed());
    answer.on("error", (error) => this.fail(codeOf(error), error));
  }

  #succeed(): void {
    const answer = this.#answer;
    if (answer === undefined || !this.underWay.delete(this)) return;
    const body = this.#body;
    this.done(
      {
        status: answer.statusCode ?? 0,
        // Read for errors only: putting them into an object costs more than the rest of this.
        get headers() {
          return answer.headers;
        },
        rawHeaders: answer.rawHeaders,
        body,
      },
      undefined,
    );
  }
}
