import net from "node:net";
import tls from "node:tls";
import type { Endpoint } from "./endpoint";
import { codeOf } from "./exchange";
import { MalformedAnswer, parsePutAnswer, type PutAnswer } from "./put-answer";

const TCP_KEEP_ALIVE = 30_000;
/** Below the service's own, so that no request meets a connection that is being closed. */
const IDLE_CONNECTION = 60_000;
/** Of what the server says that it keeps an idle connection for. */
const IDLE_MARGIN = 1_000;

/** What is to be done with the answer to the request that is under way; `code` is the network's. */
export interface AnswerTaker {
  answered(answer: PutAnswer): void;
  failed(code: string, cause: unknown): void;
}

/** One keep-alive connection, HTTP/1.1, one request at a time. */
export class PutConnection {
  readonly #socket: net.Socket;
  #taker: AnswerTaker | undefined;
  #received = "";
  #isConnected = false;
  #idleSince = 0;
  #idleLimit: number | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    /** Shared by the connections to one endpoint, so that only the first one pays for a whole handshake. */
    private readonly sessions: { latest: Buffer | undefined },
  ) {
    this.#socket = this.#connect();
    this.#socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    // Stays for the life of the connection: a destroyed one can report its end more than once.
    this.#socket.on("error", (error) => this.#fail(codeOf(error), error));
    this.#socket.on("close", () => this.#end());
  }

  /** A request that is under way may have reached the server. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** The next request can be sent on it. */
  get isUsable(): boolean {
    return !this.#socket.destroyed && Date.now() - this.#idleSince < (this.#idleLimit ?? IDLE_CONNECTION);
  }

  /** `head` is the whole request, ASCII. Every request is answered or fails, once. */
  send(head: string, taker: AnswerTaker): void {
    this.#taker = taker;
    this.#received = "";
    this.#socket.ref();
    this.#socket.write(head, "latin1");
  }

  destroy(): void {
    this.#taker = undefined;
    this.#socket.destroy();
  }

  #connect(): net.Socket {
    const { hostname: host, port, protocol } = this.endpoint;
    const options = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE };
    const connected = () => (this.#isConnected = true);
    if (protocol === "http:") return net.connect(options, connected);
    const session = this.sessions.latest;
    const secure = tls.connect(
      {
        ...options,
        ALPNProtocols: ["http/1.1"],
        ...(net.isIP(host) === 0 ? { servername: host } : {}),
        ...(session === undefined ? {} : { session }),
      },
      connected,
    );
    return secure.on("session", (latest: Buffer) => (this.sessions.latest = latest));
  }

  #receive(chunk: Buffer): void {
    // Nothing was asked: the server is closing, or confused.
    if (this.#taker === undefined) return void this.#socket.destroy();
    const text = chunk.toString("latin1");
    this.#received = this.#received === "" ? text : this.#received + text;
    this.#parse(false);
  }

  #parse(isEnded: boolean): void {
    let answer: PutAnswer | undefined;
    try {
      answer = parsePutAnswer(this.#received, isEnded);
    } catch (error) {
      if (!(error instanceof MalformedAnswer)) throw error;
      return this.#fail(error.code, error);
    }
    if (answer === undefined) return;
    const taker = this.#taker;
    this.#taker = undefined;
    this.#received = "";
    if (answer.isLast) {
      this.#socket.destroy();
    } else {
      this.#idleLimit ??= idleLimitOf(answer);
      this.#idleSince = Date.now();
      // An idle connection keeps no process alive.
      this.#socket.unref();
    }
    taker?.answered(answer);
  }

  #end(): void {
    if (this.#taker === undefined) return;
    this.#parse(true);
    this.#fail("ECONNRESET", new Error("the connection was closed before the answer was complete"));
  }

  #fail(code: string, cause: unknown): void {
    const taker = this.#taker;
    this.destroy();
    taker?.failed(code, cause);
  }
}

/** From `Keep-Alive: timeout=5`, in milliseconds. */
function idleLimitOf(answer: PutAnswer): number {
  const seconds = /\btimeout=(\d+)/.exec(answer.header("\r\nkeep-alive:") ?? "")?.[1];
  return seconds === undefined ? IDLE_CONNECTION : Math.min(IDLE_CONNECTION, Number(seconds) * 1_000 - IDLE_MARGIN);
}
